-- Serves the public lists: the newest published posts of one author, from a key. Without it, the page of an author who published
-- little of much reads every post; measured in docs/adr/0032. Posts that are not published, most of them, cost it nothing.
CREATE INDEX posts_published ON posts.posts (author_id, id) WHERE published;
