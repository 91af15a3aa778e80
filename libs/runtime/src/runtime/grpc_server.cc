#include "runtime/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/resource_quota.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <mutex>

#include "grpc/health/v1/health.pb.h"
#include "grpc_credentials.h"
#include "grpc_locks.h"
#include "setting_values.h"

namespace inkwell::runtime {
namespace {

// Learns the names of the services: the health service answers by name, and gRPC tells them only to plugins.
class ServiceNames final : public grpc::ServerBuilderPlugin {
 public:
  explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}
  std::string name() override { return "inkwell.service_names"; }
  void InitServer(grpc::ServerInitializer*) override {}
  void Finish(grpc::ServerInitializer* initializer) override { names_ = *initializer->GetServiceList(); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  std::vector<std::string>& names_;
};

// Reflection is a choice of each server: Debian's libgrpc++_reflection adds it to all servers of a process by being linked.
class Plugins final : public grpc::ServerBuilderOption {
 public:
  Plugins(bool reflection, std::vector<std::string>& names) : reflection_(reflection), names_(names) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<ServiceNames>(names_));
    std::erase_if(*plugins, [](const std::unique_ptr<grpc::ServerBuilderPlugin>& plugin) {
      return dynamic_cast<grpc::reflection::ProtoServerReflectionPlugin*>(plugin.get()) != nullptr;
    });
    if (reflection_) plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
  }

 private:
  const bool reflection_;
  std::vector<std::string>& names_;
};

void SetArguments(grpc::ServerBuilder& builder, const GrpcServerOptions& options) {
  // Without this a second process on the same port silently takes half of the traffic.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients ping idle connections to notice a dead peer (grpc_client.cc); gRPC's defaults would call that abuse.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  // Clients resolve names again when a connection ends, so this is how they find new replicas. Calls under way are not cut.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 600'000);
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.SetMaxSendMessageSize(options.max_message_bytes);
  grpc::ResourceQuota quota("inkwell");
  quota.SetMaxThreads(options.max_threads);
  builder.SetResourceQuota(quota);
}

// gRPC unlinks whatever socket is at the path, also one that another process serves.
bool IsServedUnixSocket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  const bool served = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return served;
}

tl::unexpected<Error> AddressInUse(const std::string& listen) {
  return Fail(Code::kUnavailable, "ADDRESS_IN_USE", "The gRPC server cannot listen at its address.", {{"listen", listen}});
}

}  // namespace

struct GrpcServer::State {
  std::vector<std::string> service_names;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
  std::once_flag drained;

  void SetServing(bool serving) {
    grpc::HealthCheckServiceInterface& health = *server->GetHealthCheckService();
    for (const std::string& name : service_names) health.SetServingStatus(name, serving);
    health.SetServingStatus(serving);
  }
};

Result<std::unique_ptr<GrpcServer>> GrpcServer::Start(const GrpcServerOptions& options,
                                                      const std::vector<grpc::Service*>& services) {
  if (!IsAddress(options.listen)) {
    return Fail(Code::kInvalidArgument, "INVALID_ADDRESS", "The gRPC address is not host:port or unix:/path.",
                {{"listen", options.listen}});
  }
  const bool is_unix = options.listen.starts_with("unix:");
  if (is_unix && IsServedUnixSocket(options.listen.substr(5))) return AddressInUse(options.listen);
  auto credentials = MakeServerCredentials(options.tls);
  if (!credentials) return tl::unexpected<Error>(std::move(credentials).error());

  SkipLockGraph();
  // gRPC's own health service brings no description, without which reflection names a service that grpcurl cannot call.
  google::protobuf::LinkMessageReflection<grpc::health::v1::HealthCheckRequest>();
  auto state = std::make_unique<State>();
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetArguments(builder, options);
  builder.SetOption(std::make_unique<Plugins>(options.reflection, state->service_names));
  builder.AddListeningPort(options.listen, *credentials, &state->port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  state->server = builder.BuildAndStart();
  if (!state->server) return AddressInUse(options.listen);
  if (is_unix) state->port = 0;
  state->SetServing(true);
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(state)));
}

GrpcServer::GrpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

GrpcServer::~GrpcServer() { Drain(std::chrono::seconds(1)); }

int GrpcServer::port() const { return state_->port; }

void GrpcServer::SetServing(bool serving) { state_->SetServing(serving); }

void GrpcServer::Drain(std::chrono::milliseconds grace) {
  std::call_once(state_->drained, [this, grace] {
    state_->SetServing(false);
    state_->server->Shutdown(std::chrono::system_clock::now() + grace);
    state_->server->Wait();
  });
}

}  // namespace inkwell::runtime
