#pragma once

#include <magic_hour/model/account_details.hpp>
#include <magic_hour/model/operation.hpp>

#include <string_view>

namespace magic_hour
{

/// The account that the API key belongs to: its plan and its credits.
///
/// @code
/// auto account = co_await client.v1.account.get();
/// std::cout << account.credits.value_or(0) << " credits\n";
/// @endcode
struct account
{
    static constexpr std::string_view resource = "account";

    /// What is known of the account.
    using response = account_details;

    /// The account; there is only one.
    static constexpr operation list{.path = "/v1/account"};
};

} // namespace magic_hour
