#include "api/resource_types.h"

#include <algorithm>
#include <array>

namespace clerk::api {
namespace {

constexpr auto kTypes = std::to_array<ResourceType>({
    {"accountless_application", "publishable_key secret_key claim_url api_keys_url"},
    {"actor_token", "id status user_id actor token url created_at updated_at"},
    {"agent_task", "agent_id agent_task_id|task_id>taskId~\"\" agent_task_id|task_id>agentTaskId~\"\" url"},
    {"allowlist_identifier", "id identifier identifier_type created_at updated_at instance_id invitation_id"},
    {"api_key",
     "id type name subject scopes claims revoked revocation_reason expired expiration created_by description last_used_at "
     "created_at "
     "updated_at secret"},
    {"attribute_mapping", "user_id email_address first_name last_name"},
    {"batch_email_result", "index email:email errors:[error] status_code retry_after_seconds"},
    {"blocklist_identifier", "id identifier identifier_type created_at updated_at instance_id"},
    {"client",
     "id session_ids sessions:[session] sign_in_id sign_up_id last_active_session_id last_authentication_strategy created_at "
     "updated_at"},
    {"clerk_idp_oauth_access_token",
     "id client_id type subject scopes revoked revocation_reason expired expiration created_at updated_at aud act:oauth_actor"},
    {"cname_target", "host value required"},
    {"commerce_plan",
     "id name slug description~null is_default is_recurring has_base_fee publicly_visible fee:money~null annual_fee:money~null "
     "annual_monthly_fee:money~null for_payer_type features:[feature]~[] avatar_url free_trial_days free_trial_enabled"},
    {"commerce_subscription",
     "id instance_id status payer_id created_at updated_at active_at~null past_due_at~null "
     "subscription_items:[commerce_subscription_item]~[] next_payment:next_payment~null eligible_for_free_trial~false"},
    {"commerce_subscription_item",
     "id instance_id status plan_period period_start next_payment:next_payment amount:money plan:commerce_plan~null plan_id~null "
     "price_id~null created_at updated_at period_end canceled_at past_due_at ended_at payer_id is_free_trial lifetime_paid:money "
     "seats:seats"},
    {"cookies", "cookies"},
    {"custom_attribute", "name key sso_path scim_path multi_valued"},
    {"deleted_object", "object id~null slug~null deleted"},
    {"domain",
     "id name is_satellite frontend_api_url development_origin cname_targets:[cname_target] accounts_portal_url proxy_url"},
    {"email",
     "id from_email_name email_address_id to_email_address subject body body_plain status slug data delivered_by_clerk user_id "
     "suppression_reason"},
    {"email_address", "id email_address verification:verification linked_to:[identification_link]"},
    {"enterprise_account",
     "id active email_address enterprise_connection:enterprise_account_connection first_name last_name protocol provider "
     "provider_user_id public_metadata verification:verification last_authenticated_at enterprise_connection_id"},
    {"enterprise_account_connection",
     "id active allow_idp_initiated allow_subdomains disable_additional_identifications domain logo_public_url name protocol "
     "provider "
     "sync_user_attributes created_at updated_at"},
    {"enterprise_connection",
     "id name domains organization_id~null active sync_user_attributes allow_subdomains disable_additional_identifications "
     "created_at "
     "updated_at saml_connection:enterprise_saml_connection~null oauth_config:oauth_config~null provider logo_public_url "
     "allow_organization_account_linking authenticatable disable_jit_provisioning custom_attributes:[custom_attribute]"},
    {"enterprise_saml_connection",
     "id name idp_entity_id idp_sso_url idp_certificate idp_certificate_issued_at idp_certificate_expires_at idp_metadata_url "
     "idp_metadata acs_url sp_entity_id sp_metadata_url sync_user_attributes allow_subdomains allow_idp_initiated active "
     "force_authn "
     "login_hint:login_hint idp_certificates:[idp_certificate]~[]"},
    {"error", "code message long_message meta"},
    {"external_account",
     "id provider provider_user_id identification_id provider_user_id>externalId approved_scopes email_address first_name "
     "last_name "
     "image_url~\"\" username phone_number public_metadata={} label verification:verification external_account_id"},
    {"feature", "id name description~null slug avatar_url~null"},
    {"identification_link", "id type"},
    {"idp_certificate", "certificate issued_at expires_at"},
    {"instance", "id environment_type allowed_origins"},
    {"instance_restrictions",
     "allowlist blocklist block_email_subaddresses block_disposable_email_domains ignore_dots_for_gmail_addresses"},
    {"instance_settings", "id restricted_to_allowlist from_email_address progressive_sign_up enhanced_email_deliverability"},
    {"invitation", "id email_address public_metadata created_at updated_at status url revoked"},
    {"jwt_template", "id name claims lifetime allowed_clock_skew custom_signing_key signing_algorithm created_at updated_at"},
    {"login_hint", "mode source"},
    {"machine", "id name instance_id created_at updated_at scoped_machines:[scoped_machine] default_token_ttl secret_key"},
    {"machine_scope", "from_machine_id to_machine_id created_at deleted"},
    {"machine_secret_key", "secret"},
    {"machine_to_machine_token",
     "id subject scopes claims revoked revocation_reason expired expiration created_at updated_at token"},
    {"money", "amount amount_formatted currency currency_symbol"},
    {"next_payment", "date amount:money per_unit_totals:[per_unit_total] totals:totals"},
    {"oauth_access_token",
     "external_account_id provider token public_metadata={} label~\"\" scopes token_secret expires_at id_token"},
    {"oauth_actor", "iss sub act:oauth_inner_actor"},
    {"oauth_application",
     "id instance_id name client_id client_uri client_image_url dynamically_registered consent_screen_enabled pkce_required "
     "public>isPublic scopes redirect_uris authorize_url token_fetch_url user_info_url discovery_url token_introspection_url "
     "created_at updated_at client_secret"},
    {"oauth_config",
     "id name client_id discovery_url logo_public_url created_at updated_at provider_key auth_url token_url user_info_url "
     "requires_pkce"},
    {"oauth_inner_actor", "iss sub"},
    {"organization",
     "id name slug image_url~\"\" has_image created_at updated_at public_metadata={} private_metadata={} max_allowed_memberships "
     "admin_delete_enabled members_count created_by"},
    {"organization_invitation",
     "id email_address role role_name organization_id created_at updated_at expires_at url status public_metadata={} "
     "private_metadata={} public_organization_data"},
    {"organization_membership",
     "id role permissions public_metadata={} private_metadata={} created_at updated_at organization:organization "
     "public_user_data:public_user_data"},
    {"organization_settings",
     "enabled max_allowed_memberships max_allowed_roles max_allowed_permissions creator_role admin_delete_enabled "
     "domains_enabled "
     "slug_disabled domains_enrollment_modes domains_default_role"},
    {"per_unit_total", "name block_size tiers:[price_tier]"},
    {"permission", "id name key description created_at updated_at"},
    {"phone_number",
     "id phone_number reserved_for_second_factor default_second_factor verification:verification "
     "linked_to:[identification_link]"},
    {"price_tier", "quantity fee_per_block:money total:money"},
    {"proxy_check", "id domain_id last_run_at proxy_url successful created_at updated_at"},
    {"public_user_data", "identifier first_name last_name image_url has_image user_id"},
    {"redirect_url", "id url created_at updated_at"},
    {"role", "id name key description permissions:[permission]~[] is_creator_eligible created_at updated_at"},
    {"role_set",
     "id name key description roles:[role_set_item]~[] default_role:role_set_item~null creator_role:role_set_item~null type "
     "role_set_migration:role_set_migration~null created_at updated_at"},
    {"role_set_item", "id name key description created_at updated_at members_count has_members"},
    {"role_set_migration",
     "id organization_id instance_id source_role_set_id dest_role_set_id trigger_type status migrated_members mappings "
     "created_at "
     "updated_at started_at completed_at"},
    {"saml_connection",
     "id name domain organization_id idp_entity_id idp_sso_url idp_certificate idp_certificate_issued_at "
     "idp_certificate_expires_at "
     "idp_metadata_url idp_metadata acs_url sp_entity_id sp_metadata_url active provider user_count sync_user_attributes "
     "allow_subdomains allow_idp_initiated created_at updated_at attribute_mapping:attribute_mapping "
     "idp_certificates:[idp_certificate]~[]"},
    {"scoped_machine", "id name instance_id created_at updated_at scoped_machines~[] default_token_ttl"},
    {"seats", "quantity tiers:[price_tier]"},
    {"session",
     "id client_id user_id status last_active_at expire_at abandon_at created_at updated_at last_active_organization_id "
     "latest_activity:session_activity actor=null"},
    {"session_activity", "id is_mobile ip_address city country browser_version browser_name device_type"},
    {"sign_in_token", "id user_id token status url created_at updated_at"},
    {"sign_up_attempt",
     "id status required_fields optional_fields missing_fields unverified_fields verifications:sign_up_verifications~null "
     "username "
     "email_address phone_number web3_wallet password_enabled first_name last_name custom_action external_id created_session_id "
     "created_user_id abandon_at legal_accepted_at public_metadata unsafe_metadata"},
    {"sign_up_verification", "next_action supported_strategies"},
    {"sign_up_verifications",
     "email_address:sign_up_verification phone_number:sign_up_verification web3_wallet:sign_up_verification external_account"},
    {"sms_message", "id from_phone_number to_phone_number message status phone_number_id data"},
    {"token", "jwt"},
    {"totals",
     "subtotal:money base_fee:money~null tax_total:money grand_total:money total_due_after_free_trial:money credit:money "
     "credits:credits~null discounts:discounts~null past_due:money total_due_now:money per_unit_totals:[per_unit_total] "
     "totals_due_per_period:period_totals total_due_per_period:money"},
    {"user",
     "id password_enabled totp_enabled backup_code_enabled two_factor_enabled banned locked created_at updated_at image_url "
     "has_image "
     "primary_email_address_id primary_phone_number_id primary_web3_wallet_id last_sign_in_at external_id username first_name "
     "last_name public_metadata={} private_metadata={} unsafe_metadata={} email_addresses:[email_address]~[] "
     "phone_numbers:[phone_number]~[] web3_wallets:[web3_wallet]~[] external_accounts:[external_account]~[] "
     "enterprise_accounts:[enterprise_account]~[] last_active_at create_organization_enabled create_organizations_limit=null "
     "delete_self_enabled legal_accepted_at locale timezone=null deprovisioned=false"},
    {"verification",
     "status strategy external_verification_redirect_url>externalVerificationRedirectURL~null attempts=null expire_at=null "
     "nonce=null "
     "message=null"},
    {"waitlist_entry", "id email_address status invitation:invitation created_at updated_at is_locked"},
    {"web3_wallet", "id web3_wallet verification:verification"},
    // Parts of billing totals.
    {"applied_discount",
     "amount:money discount_id name effect percent_off amount_off:money promo_code cycles_remaining duration_in_cycles"},
    {"credits", "proration:credit_proration~null payer:payer_credit~null total:money"},
    {"credit_proration", "amount:money cycle_days_remaining cycle_days_total cycle_remaining_percent"},
    {"discounts", "proration:discount_proration~null discount:applied_discount total:money"},
    {"discount_proration", "amount:money cycle_days_passed cycle_days_total cycle_passed_percent"},
    {"payer_credit", "remaining_balance:money applied_amount:money"},
    {"period_totals", "subtotal:money base_fee:money tax_total:money grand_total:money per_unit_totals:[per_unit_total]"},
});

}  // namespace

const ResourceType* FindResourceType(std::string_view name) {
  const auto* type = std::find_if(kTypes.begin(), kTypes.end(), [name](const ResourceType& known) { return known.name == name; });
  return type == kTypes.end() ? nullptr : type;
}

}  // namespace clerk::api
