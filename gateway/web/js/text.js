// Words for people: matches and dates.

// Fills an element with text, in which what matches the query (whatever the case) stands in <mark>.
export function fillMarked(element, text, query) {
  element.replaceChildren();
  if (!query) {
    element.textContent = text;
    return;
  }
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"), "giu");
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    element.append(text.slice(end, match.index));
    const mark = document.createElement("mark");
    mark.textContent = match[0];
    element.append(mark);
    end = match.index + match[0].length;
  }
  element.append(text.slice(end));
}

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const absolute = new Intl.DateTimeFormat("en", { dateStyle: "medium" });
const precise = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "medium" });

function describe(then, now) {
  const seconds = Math.round((then - now) / 1000);
  if (seconds > -45) return "just now";
  if (seconds > -3300) return relative.format(Math.min(-1, Math.round(seconds / 60)), "minute");
  if (seconds > -79200) return relative.format(Math.min(-1, Math.round(seconds / 3600)), "hour");
  if (seconds > -6 * 86400) return relative.format(Math.min(-1, Math.round(seconds / 86400)), "day");
  return absolute.format(then);
}

export function fillTime(element, iso) {
  const then = new Date(iso);
  const words = describe(then, Date.now());
  if (element.textContent !== words) element.textContent = words;
  if (element.dateTime === iso) return;
  element.dateTime = iso;
  element.title = precise.format(then);
}
