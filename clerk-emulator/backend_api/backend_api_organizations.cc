#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clerk-emulator/accounts/user_rules.h"
#include "clerk-emulator/backend_api/backend_api.h"
#include "clerk-emulator/backend_api/user_query.h"
#include "clerk-emulator/http/json_body.h"
#include "clerk-emulator/model/organization_json.h"
#include "clerk-emulator/model/resource_json.h"

namespace inkwell::emulator {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxMemberships = 1'000'000;

Actor Backend(const HttpRequest& request) { return {{}, CallerOf(request)}; }

json WithCount(const Organization& organization, const HttpRequest& request) {
  auto out = OrganizationJson(organization);
  if (request.Query("include_members_count") == "true") out["members_count"] = organization.memberships.size();
  return out;
}

HttpResponse OrganizationResponse(const ClerkResult<Organization>& organization, const HttpRequest& request) {
  if (!organization) return ErrorResponse(organization.error());
  return {200, WithCount(*organization, request).dump(), "application/json", {}};
}

bool Passes(const Organization& organization, const HttpRequest& request) {
  const auto users = request.QueryAll("user_id");
  const bool has_user =
      std::any_of(users.begin(), users.end(), [&](const std::string& id) { return FindMembership(organization, id) != nullptr; });
  const auto ids = request.QueryAll("organization_id");
  const bool named = ids.empty() || std::find(ids.begin(), ids.end(), organization.id) != ids.end();
  const auto part = LowerCase(request.Query("query").value_or(""));
  const bool found = organization.id == part || LowerCase(organization.name).find(part) != std::string::npos ||
                     organization.slug.find(part) != std::string::npos;
  return (users.empty() || has_user) && named && found;
}

// `order_by`: name, created_at, members_count, with + or - in front; the newest first if it says nothing.
ClerkResult<void> Sort(std::vector<Organization>& organizations, const HttpRequest& request) {
  std::string by = request.Query("order_by").value_or("-created_at");
  const bool descending = by.starts_with('-');
  if (descending || by.starts_with('+')) by.erase(0, 1);
  if (by != "name" && by != "created_at" && by != "members_count") {
    return tl::unexpected(ParamValueInvalid("order_by", "name, created_at or members_count, with + or - in front"));
  }
  std::stable_sort(organizations.begin(), organizations.end(), [&](const Organization& a, const Organization& b) {
    const auto& first = descending ? b : a;
    const auto& second = descending ? a : b;
    if (by == "name") return first.name < second.name;
    if (by == "members_count") return first.memberships.size() < second.memberships.size();
    return first.created_at < second.created_at;
  });
  return {};
}

OrganizationFields ReadFields(JsonBody& body) {
  OrganizationFields fields;
  fields.name = body.Text("name");
  fields.slug = body.Text("slug");
  fields.max_allowed_memberships = body.Integer("max_allowed_memberships", 0, kMaxMemberships);
  body.Ignore("created_at");
  body.Ignore("role_set_key");
  return fields;
}

}  // namespace

void BackendApi::AddOrganizationRoutes(Router& router) {
  AddShared(router, "GET", "/v1/organizations", &BackendApi::ListOrganizations);
  AddShared(router, "POST", "/v1/organizations", &BackendApi::CreateOrganization);
  AddShared(router, "GET", "/v1/organizations/{organization_id}", &BackendApi::GetOrganization);
  AddShared(router, "PATCH", "/v1/organizations/{organization_id}", &BackendApi::UpdateOrganization);
  AddShared(router, "DELETE", "/v1/organizations/{organization_id}", &BackendApi::DeleteOrganization);
  AddShared(router, "PATCH", "/v1/organizations/{organization_id}/metadata", &BackendApi::UpdateOrganizationMetadata);
  AddShared(router, "PUT", "/v1/organizations/{organization_id}/metadata", &BackendApi::UpdateOrganizationMetadata);
  AddMemberRoutes(router);
}

HttpResponse BackendApi::ListOrganizations(const HttpRequest& request) {
  const auto page = ReadPage(request);
  if (!page) return ErrorResponse(page.error());
  auto organizations = store_.View([&](const State& state) {
    std::vector<Organization> found;
    for (const auto& [id, organization] : state.organizations) {
      if (Passes(organization, request)) found.push_back(organization);
    }
    return found;
  });
  if (auto sorted = Sort(organizations, request); !sorted) return ErrorResponse(sorted.error());
  json list = json::array();
  for (std::size_t i = page->offset; i < organizations.size() && list.size() < page->limit; ++i) {
    list.push_back(WithCount(organizations[i], request));
  }
  return {200, json{{"data", std::move(list)}, {"total_count", organizations.size()}}.dump(), "application/json", {}};
}

HttpResponse BackendApi::CreateOrganization(const HttpRequest& request) {
  JsonBody body(request.body);
  auto fields = ReadFields(body);
  fields.public_metadata = body.ObjectText("public_metadata");
  fields.private_metadata = body.ObjectText("private_metadata");
  const auto created_by = body.TextOr("created_by", "");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  return OrganizationResponse(organizations_.Create(created_by, fields, Backend(request)), request);
}

HttpResponse BackendApi::GetOrganization(const HttpRequest& request) {
  return OrganizationResponse(organizations_.Find(request.path_arguments[0], Backend(request)), request);
}

HttpResponse BackendApi::UpdateOrganization(const HttpRequest& request) {
  JsonBody body(request.body);
  auto fields = ReadFields(body);
  fields.admin_delete_enabled = body.Flag("admin_delete_enabled");
  fields.public_metadata = body.ObjectText("public_metadata");
  fields.private_metadata = body.ObjectText("private_metadata");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  return OrganizationResponse(organizations_.Update(request.path_arguments[0], fields, Backend(request)), request);
}

// PATCH merges into what is there, PUT replaces it.
HttpResponse BackendApi::UpdateOrganizationMetadata(const HttpRequest& request) {
  JsonBody body(request.body);
  OrganizationFields fields;
  fields.public_metadata = body.ObjectText("public_metadata");
  fields.private_metadata = body.ObjectText("private_metadata");
  if (auto read = body.Finish(); !read) return ErrorResponse(read.error());
  const auto& id = request.path_arguments[0];
  const auto organization = organizations_.Find(id, Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  const auto merge = [&](const std::string& old, std::optional<std::string>& patch) {
    if (!patch || request.method == "PUT") return;
    auto merged = old;
    MergeMetadataText(*patch, merged);
    patch = merged;
  };
  merge(organization->public_metadata, fields.public_metadata);
  merge(organization->private_metadata, fields.private_metadata);
  return OrganizationResponse(organizations_.Update(id, fields, Backend(request)), request);
}

HttpResponse BackendApi::DeleteOrganization(const HttpRequest& request) {
  const auto organization = organizations_.Find(request.path_arguments[0], Backend(request));
  if (!organization) return ErrorResponse(organization.error());
  if (auto deleted = organizations_.Delete(organization->id, Backend(request)); !deleted) return ErrorResponse(deleted.error());
  return {200, DeletedJson("organization", organization->id).dump(), "application/json", {}};
}

}  // namespace inkwell::emulator
