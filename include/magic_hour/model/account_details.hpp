#pragma once

#include <magic_hour/json/described.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace magic_hour
{

/// The plan in effect. A subscription that is past due counts as `free`.
enum class account_tier
{
    free,
    creator,
    pro,
    business
};
BOOST_DESCRIBE_ENUM(account_tier, free, creator, pro, business)

/// Whether the payments of a subscription are up to date.
enum class subscription_status
{
    active,
    past_due
};
BOOST_DESCRIBE_ENUM(subscription_status, active, past_due)

/// How often a subscription is billed.
enum class billing_interval
{
    month,
    year
};
BOOST_DESCRIBE_ENUM(billing_interval, month, year)

/// What a subscription costs each interval before discounts.
struct subscription_price
{
    std::int64_t amount = 0; ///< in the smallest unit of the currency: 4900 is 49.00
    std::string currency{};  ///< ISO 4217 in lower case: "usd"
    BOOST_DESCRIBE_CLASS(subscription_price, (), (amount, currency), (), ())
};

/// What is taken off the price: a percentage or a fixed amount, the other one is not set.
struct subscription_discount
{
    std::optional<double> percent_off{};
    std::optional<std::int64_t> amount_off{}; ///< in the smallest unit of the currency
    BOOST_DESCRIBE_CLASS(subscription_discount, (), (percent_off, amount_off), (), ())
};

/// The plan that is configured for an account.
struct account_subscription
{
    std::optional<std::string>
        name{}; ///< "Creator", "Pro" ...; `account_details::tier` is the machine's word
    json::open_enum<subscription_status> status{};
    subscription_price price{};
    std::optional<subscription_discount> discount{};
    std::optional<json::open_enum<magic_hour::billing_interval>> billing_interval{};
    std::optional<std::string> current_period_end{}; ///< ISO 8601: renewal, or the end if it is canceled
    std::optional<bool> cancel_at_period_end{};      ///< whether it ends then instead of renewing
    BOOST_DESCRIBE_CLASS(
        account_subscription, (),
        (name, status, price, discount, billing_interval, current_period_end, cancel_at_period_end), (), ())
};

/// Who the API key belongs to, and what is left to spend.
struct account_details
{
    std::string id{};
    std::optional<std::string> email{};
    json::open_enum<account_tier> tier{};
    std::optional<std::int64_t> credits{};              ///< of the subscription and of packs together
    std::optional<account_subscription> subscription{}; ///< none: free, credit packs only, or usage pricing
    BOOST_DESCRIBE_CLASS(account_details, (), (id, email, tier, credits, subscription), (), ())

    friend constexpr auto rules(json::of<account_details>)
    {
        return json::rules(json::on(&account_details::id, json::required, json::length{1}));
    }
};

} // namespace magic_hour
