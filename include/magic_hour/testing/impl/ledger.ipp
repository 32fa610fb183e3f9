#pragma once

#include <magic_hour/testing/ledger.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace magic_hour::testing
{

namespace detail
{

MAGIC_HOUR_DECL bool matches_pattern(std::string_view pattern, std::string_view text) noexcept
{
    auto const star = pattern.find('*');
    if (star == std::string_view::npos)
        return pattern == text;
    if (text.substr(0, star) != pattern.substr(0, star))
        return false;
    auto const rest = pattern.substr(star + 1);
    for (std::size_t at = star; at <= text.size(); ++at)
        if (matches_pattern(rest, text.substr(at)))
            return true;
    return false;
}

MAGIC_HOUR_DECL bool goes_to(request_record const& r, std::string_view method, std::string_view path) noexcept
{
    return matches_pattern(method, r.head.method) && matches_pattern(path, r.head.path());
}

/// Headers whose values may be written down.
MAGIC_HOUR_DECL boost::json::object shown_headers(request_head const& head)
{
    boost::json::object shown;
    for (auto const& line : head.headers)
    {
        bool const secret = same_text(line.name, "Authorization") || same_text(line.name, "Cookie") ||
                            same_text(line.name, "Proxy-Authorization");
        shown[line.name] = secret ? "(hidden)" : line.value;
    }
    return shown;
}

} // namespace detail

MAGIC_HOUR_DECL std::string to_json_line(request_record const& request)
{
    using std::chrono::duration_cast;
    using std::chrono::microseconds;
    boost::json::object line;
    line["number"] = request.number;
    line["connection"] = request.connection;
    line["origin"] = to_string(request.origin);
    line["method"] = request.head.method;
    line["path"] = request.head.path();
    line["has_query"] = !request.head.query().empty();
    line["headers"] = detail::shown_headers(request.head);
    if (!request.problem.empty())
        line["problem"] = request.problem;
    line["body_size"] = request.body_size;
    line["body_sha256"] = request.body_sha256;
    line["complete"] = request.complete;
    line["status"] = request.status;
    line["answered"] = request.answered;
    line["bytes_sent"] = request.bytes_sent;
    line["scripted"] = request.scripted;
    line["billable"] = request.billable;
    if (!request.job_id.empty())
        line["job_id"] = request.job_id;
    line["microseconds"] = duration_cast<microseconds>(request.ended - request.began).count();
    return boost::json::serialize(line);
}

MAGIC_HOUR_DECL std::vector<request_record> ledger::requests() const
{
    std::lock_guard const lock{mutex_};
    return {requests_.begin(), requests_.end()};
}

MAGIC_HOUR_DECL std::vector<request_record>
ledger::requests(std::string_view method, std::string_view path) const
{
    std::lock_guard const lock{mutex_};
    std::vector<request_record> found;
    std::copy_if(
        requests_.begin(), requests_.end(), std::back_inserter(found),
        [&](auto const& r) { return detail::goes_to(r, method, path); });
    return found;
}

MAGIC_HOUR_DECL std::size_t ledger::count(std::string_view method, std::string_view path) const
{
    std::lock_guard const lock{mutex_};
    return static_cast<std::size_t>(std::count_if(
        requests_.begin(), requests_.end(), [&](auto const& r) { return detail::goes_to(r, method, path); }));
}

MAGIC_HOUR_DECL std::vector<connection_record> ledger::connections() const
{
    std::lock_guard const lock{mutex_};
    return connections_;
}

MAGIC_HOUR_DECL std::size_t ledger::open_connections() const
{
    std::lock_guard const lock{mutex_};
    return static_cast<std::size_t>(
        std::count_if(connections_.begin(), connections_.end(), [](auto const& c) { return c.open; }));
}

MAGIC_HOUR_DECL std::size_t ledger::billable_creates() const
{
    std::lock_guard const lock{mutex_};
    return forgotten_creates_ +
           static_cast<std::size_t>(std::count_if(
               requests_.begin(), requests_.end(), [](auto const& r) { return r.billable && r.complete; }));
}

MAGIC_HOUR_DECL std::size_t ledger::jobs_created() const
{
    std::lock_guard const lock{mutex_};
    return forgotten_jobs_ +
           static_cast<std::size_t>(std::count_if(
               requests_.begin(), requests_.end(), [](auto const& r) { return !r.job_id.empty(); }));
}

MAGIC_HOUR_DECL void ledger::clear()
{
    std::lock_guard const lock{mutex_};
    requests_.clear();
    forgotten_early_.clear();
    forgotten_creates_ = 0;
    forgotten_jobs_ = 0;
}

MAGIC_HOUR_DECL void ledger::keep_latest(std::size_t requests)
{
    std::lock_guard const lock{mutex_};
    limit_ = requests;
    forget_old();
}

MAGIC_HOUR_DECL void ledger::forget_old()
{
    for (; requests_.size() > limit_; requests_.pop_front())
    {
        auto const& oldest = requests_.front();
        counted so_far{};
        count(oldest, so_far);
        if (oldest.ended == std::chrono::steady_clock::time_point{})
            forgotten_early_.emplace(oldest.number, so_far);
    }
}

MAGIC_HOUR_DECL void ledger::count(request_record const& forgotten, counted& before)
{
    counted const now{forgotten.billable && forgotten.complete, !forgotten.job_id.empty()};
    forgotten_creates_ += now.create && !before.create ? 1U : 0U;
    forgotten_jobs_ += now.job && !before.job ? 1U : 0U;
    before = now;
}

MAGIC_HOUR_DECL void ledger::on_request(std::function<void(request_record const&)> listener)
{
    std::lock_guard const lock{mutex_};
    listener_ = std::move(listener);
}

MAGIC_HOUR_DECL std::size_t ledger::open_connection(testing::origin where)
{
    std::lock_guard const lock{mutex_};
    auto& added = connections_.emplace_back();
    added.number = connections_.size() - 1;
    added.origin = where;
    added.opened = std::chrono::steady_clock::now();
    return added.number;
}

MAGIC_HOUR_DECL void
ledger::change(std::size_t connection, std::function<void(connection_record&)> const& how)
{
    std::lock_guard const lock{mutex_};
    how(connections_.at(connection));
}

MAGIC_HOUR_DECL void ledger::begin(request_record& request)
{
    std::lock_guard const lock{mutex_};
    request.number = next_request_++;
    requests_.push_back(request);
    forget_old();
    ++connections_.at(request.connection).requests;
}

MAGIC_HOUR_DECL void ledger::update(request_record const& request)
{
    std::lock_guard const lock{mutex_};
    auto const first = requests_.empty() ? next_request_ : requests_.front().number;
    if (request.number >= first && request.number - first < requests_.size())
        requests_[request.number - first] = request;
    else if (auto const found = forgotten_early_.find(request.number); found != forgotten_early_.end())
        count(request, found->second);
}

MAGIC_HOUR_DECL void ledger::end(request_record& request)
{
    request.ended = std::chrono::steady_clock::now();
    update(request);
    std::function<void(request_record const&)> listener;
    {
        std::lock_guard const lock{mutex_};
        forgotten_early_.erase(request.number);
        listener = listener_;
    }
    if (listener)
        listener(request);
}

} // namespace magic_hour::testing
