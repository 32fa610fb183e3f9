#pragma once

#include "declared.hpp"
#include "failure.hpp"
#include "jobs_bridge.hpp"

#include <magic_hour/jobs/media_types.hpp>
#include <magic_hour/json/json.hpp>
#include <magic_hour/model/asset_walk.hpp>
#include <magic_hour/resource.hpp>
#include <magic_hour/v1/all.hpp>

#include <boost/mp11/algorithm.hpp>

#include <span>
#include <type_traits>

// What turns a declaration into a `declared`. Each declaration costs the compiler its JSON both ways and its
// jobs, so the list is dealt out to several translation units.

namespace cli
{

using magic_hour::result;

constexpr std::size_t declared_parts = 8;

/// What a user writes may be a local file; what JSON decoding yields never is.
template <class Request>
void read_assets_as_people_mean_them(Request& request)
{
    magic_hour::for_each_asset(
        request, [](magic_hour::asset& held, auto const&...)
        { held = magic_hour::asset{std::string_view{held.text()}}; });
}

template <class Request>
std::vector<local_file> local_files_of(Request const& request)
{
    std::vector<local_file> out;
    magic_hour::for_each_asset(
        request,
        [&](magic_hour::asset const& held, std::string const& field, auto const& accepted, bool)
        {
            if (held.what() != magic_hour::asset::form::local)
                return;
            std::span<magic_hour::media const> const kinds{accepted.begin(), accepted.end()};
            local_file file{field, held.path(), {}};
            if (auto const fits = magic_hour::jobs::kind_for_field(held.extension(), kinds); !fits)
                file.refused = fits.error();
            out.push_back(std::move(file));
        });
    return out;
}

template <class T>
result<answer> as_answer(result<T> const& from)
{
    if (!from)
        return from.error();
    answer out;
    out.text = magic_hour::json::encode(*from);
    if constexpr (requires { std::string{from->id}; })
        out.id = from->id;
    return out;
}

template <class T>
asio::awaitable<result<answer>> answered(asio::awaitable<result<T>> work)
{
    auto const outcome = co_await std::move(work);
    co_return as_answer(outcome);
}

template <class Declaration>
inline constexpr bool makes_job = false;
template <class Declaration>
    requires requires { Declaration::create.makes.has_value(); }
inline constexpr bool makes_job<Declaration> = Declaration::create.makes.has_value();

template <class Project>
asio::awaitable<result<job_outcome>>
outcome_of(asio::awaitable<result<magic_hour::generated<Project>>> work, bool waited)
{
    auto const made = co_await std::move(work);
    if (!made)
        co_return made.error();
    job_outcome out;
    out.id = made->id;
    if (waited)
        out.project = magic_hour::json::encode<Project>(*made);
    out.files = paths_of(made->files);
    co_return out;
}

template <class Declaration>
asio::awaitable<result<job_outcome>>
run_generate(magic_hour::session in, typename Declaration::request const& what, job_settings settings)
{
    magic_hour::resource<Declaration> const from{in};
    return outcome_of(from.generate(what, magic_hour::as_result, options_for(settings)), settings.wait);
}

template <class Declaration>
asio::awaitable<result<job_outcome>> run_wait(magic_hour::session in, std::string id, job_settings settings)
{
    magic_hour::resource<Declaration> const from{in};
    return outcome_of(from.attach(id, magic_hour::as_result, options_for(settings)), true);
}

template <class Declaration, class Value>
class request_of final : public typed_request
{
public:
    explicit request_of(Value value) : value_(std::move(value)) {}

    std::vector<magic_hour::json::violation> violations() const override
    {
        return magic_hour::json::validate_all(value_);
    }

    std::vector<local_file> local_files() const override { return local_files_of(value_); }

    asio::awaitable<result<answer>>
    create(magic_hour::session in, magic_hour::call_options options) const override
    {
        if constexpr (requires { Declaration::create; })
            return answered(resource_of(in).create(value_, magic_hour::as_result, options));
        else
            throw usage_failure("this resource creates nothing");
    }

    asio::awaitable<result<answer>>
    list(magic_hour::session in, magic_hour::call_options options) const override
    {
        if constexpr (requires { typename Declaration::query; })
            return answered(resource_of(in).list(value_, magic_hour::as_result, options));
        else
            throw usage_failure("this resource lists nothing");
    }

    asio::awaitable<result<job_outcome>>
    generate(magic_hour::session in, job_settings settings) const override
    {
        if constexpr (makes_job<Declaration>)
            return run_generate<Declaration>(std::move(in), value_, std::move(settings));
        else
            throw usage_failure("this resource generates nothing");
    }

private:
    static magic_hour::resource<Declaration> resource_of(magic_hour::session const& in)
    {
        return magic_hour::resource<Declaration>{in};
    }

    Value value_;
};

template <class Declaration, class Value>
std::unique_ptr<typed_request> parse_as(std::string const& text)
{
    auto value = magic_hour::json::decode<Value>(text, magic_hour::json::strictness::strict);
    if (!value)
        throw usage_failure(value.error()->message);
    read_assets_as_people_mean_them(*value);
    return std::make_unique<request_of<Declaration, Value>>(*std::move(value));
}

template <class Declaration>
asio::awaitable<result<answer>>
get_by_id(magic_hour::session in, std::string id, magic_hour::call_options options)
{
    magic_hour::resource<Declaration> const from{in};
    auto const outcome = co_await from.get(id, magic_hour::as_result, options);
    co_return as_answer(outcome);
}

template <class Declaration>
asio::awaitable<result<answer>>
remove_by_id(magic_hour::session in, std::string id, magic_hour::call_options options)
{
    magic_hour::resource<Declaration> const from{in};
    auto const outcome = co_await from.delete_(id, magic_hour::as_result, options);
    if (!outcome)
        co_return outcome.error();
    answer out;
    out.id = std::move(id);
    co_return out;
}

template <class Declaration>
asio::awaitable<result<answer>> list_all(magic_hour::session in, magic_hour::call_options options)
{
    magic_hour::resource<Declaration> const from{in};
    auto const outcome = co_await from.list(magic_hour::as_result, options);
    co_return as_answer(outcome);
}

template <class Declaration>
void declare_create(declared& out)
{
    out.create = &Declaration::create;
    out.parse_request = &parse_as<Declaration, typename Declaration::request>;
}

template <class Declaration>
void declare_list(declared& out)
{
    out.list = &Declaration::list;
    if constexpr (requires { typename Declaration::query; })
        out.parse_query = &parse_as<Declaration, typename Declaration::query>;
    else
        out.run_list = &list_all<Declaration>;
}

template <class Declaration>
declared declare()
{
    declared out;
    out.resource = Declaration::resource;
    if constexpr (requires { Declaration::create; })
        declare_create<Declaration>(out);
    if constexpr (requires { Declaration::get; })
    {
        out.get = &Declaration::get;
        out.project = Declaration::kind_of;
        out.run_get = &get_by_id<Declaration>;
        out.run_wait = &run_wait<Declaration>;
    }
    if constexpr (requires { Declaration::delete_; })
    {
        out.remove = &Declaration::delete_;
        out.run_remove = &remove_by_id<Declaration>;
    }
    if constexpr (requires { Declaration::list; })
        declare_list<Declaration>(out);
    return out;
}

template <std::size_t Part, std::size_t... Index>
std::vector<declared> declare_part(std::index_sequence<Index...>)
{
    std::vector<declared> out;
    auto const add = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
    {
        if constexpr (I % declared_parts == Part)
            out.push_back(declare<boost::mp11::mp_at_c<magic_hour::all_declarations, I>>());
    };
    (add(std::integral_constant<std::size_t, Index>{}), ...);
    return out;
}

/// Every `declared_parts`-th declaration, beginning with number `Part`.
template <std::size_t Part>
std::vector<declared> declare_part()
{
    constexpr auto count = boost::mp11::mp_size<magic_hour::all_declarations>::value;
    return declare_part<Part>(std::make_index_sequence<count>{});
}

} // namespace cli
