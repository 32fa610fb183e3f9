#pragma once

#include "arguments.hpp"

#include <magic_hour/options.hpp>

#include <memory>

namespace cli
{

/// The fake of the API inside this program, for `--fake`.
class embedded_fake
{
public:
    explicit embedded_fake(arguments const& args);
    ~embedded_fake();

    /// Makes `options` work against the fake: its address, its certificate authority, some key.
    void use_in(magic_hour::client_options& options) const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace cli
