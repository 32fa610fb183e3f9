#include "fake.hpp"

#include <magic_hour/testing/fake_server.hpp>

namespace cli
{

struct embedded_fake::state
{
    explicit state(magic_hour::testing::fake_options options) : server(std::move(options)) {}
    magic_hour::testing::fake_server server;
};

embedded_fake::embedded_fake(arguments const& args)
{
    magic_hour::testing::fake_options options;
    options.plain = args.plain;
    // Long enough for a person to see the states that a job goes through.
    options.step = std::chrono::milliseconds{args.quiet ? 20 : 400};
    state_ = std::make_unique<state>(std::move(options));
}

embedded_fake::~embedded_fake() = default;

void embedded_fake::use_in(magic_hour::client_options& options) const
{
    options.base_url = state_->server.base_url();
    options.tls = {};
    options.tls.ca_pem = state_->server.ca_pem();
    options.api_key = state_->server.api_key();
    options.proxy = {};
}

} // namespace cli
