#pragma once

#include <magic_hour/testing/detail/routes.hpp>
#include <magic_hour/testing/detail/storage.hpp>
#include <magic_hour/testing/fake_options.hpp>
#include <magic_hour/testing/ledger.hpp>
#include <magic_hour/testing/script.hpp>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace magic_hour::testing::detail
{

[[nodiscard]] MAGIC_HOUR_DECL answer json_answer(boost::json::object const& body);
[[nodiscard]] MAGIC_HOUR_DECL answer refusal(int status, std::string_view message);
[[nodiscard]] MAGIC_HOUR_DECL std::string random_text(std::string_view letters, std::size_t size);
/// The value of `name` in a query, as it is.
[[nodiscard]] MAGIC_HOUR_DECL std::string_view query_value(std::string_view query, std::string_view name);

/// A job and its plan.
struct fake_job
{
    std::string id{};
    magic_hour::kind kind{};
    std::string resource{};
    std::string name{};
    std::string request{};
    job_plan plan{};
    std::int64_t credits = 0;
    std::size_t image_count = 1;
    std::size_t polls = 0;
    http::time_point created{};
    wall_time created_at{};
    std::string reported{}; ///< the state that listeners know of
    bool finished = false;  ///< outputs made, or credits given back
    bool deleted = false;
    std::vector<std::string> paths{}; ///< of the outputs in the storage
};

/// A script that waits for its exchanges.
struct fault_rule
{
    std::size_t id = 0;
    matcher which;
    script what{};
    std::size_t skip = 0;
    std::size_t left = static_cast<std::size_t>(-1);
    std::size_t applied = 0;
};

/// Everything that a fake remembers, behind one lock.
class fake_state
{
public:
    MAGIC_HOUR_DECL explicit fake_state(fake_options options);

    /// @name What the two servers ask
    /// @{
    MAGIC_HOUR_DECL script script_for(request_record& request);
    MAGIC_HOUR_DECL answer respond_api(request_record& request, std::string const& body);
    MAGIC_HOUR_DECL answer respond_storage(request_record& request, std::string const& body);
    /// Lets jobs whose time has come move on, and tells the listener.
    MAGIC_HOUR_DECL void tick();
    /// @}

    /// Runs `what` under the lock.
    template <class Work>
    auto locked(Work&& what)
    {
        std::lock_guard const lock{mutex_};
        return what(*this);
    }

    [[nodiscard]] MAGIC_HOUR_DECL job_snapshot snapshot(fake_job& job);
    [[nodiscard]] MAGIC_HOUR_DECL fake_job* find_job(std::string_view id);
    [[nodiscard]] MAGIC_HOUR_DECL fault_rule* find_fault(std::size_t id);
    MAGIC_HOUR_DECL std::string settle(fake_job& job);
    MAGIC_HOUR_DECL void settle_all();
    MAGIC_HOUR_DECL void listen(std::function<void(job_snapshot const&)> who);
    MAGIC_HOUR_DECL void delete_outputs(fake_job& job);

    fake_options options;
    detail::storage files{};
    std::shared_ptr<testing::ledger> book = std::make_shared<testing::ledger>();
    std::vector<std::unique_ptr<fake_job>> jobs{};
    std::unordered_map<std::string, fake_job*> jobs_by_id{};
    std::vector<std::unique_ptr<fault_rule>> faults{};
    std::size_t next_fault = 1;
    std::deque<job_plan> plans{};
    job_plan usual_plan{};
    std::set<std::string, std::less<>> keys{};
    std::int64_t credits = 0;
    std::function<void(job_snapshot const&)> listener{};

private:
    [[nodiscard]] answer route(request_record& request, std::string const& body);
    [[nodiscard]] answer create(create_route const& where, request_record& request, std::string const& body);
    [[nodiscard]] answer start_job(
        create_route const& where, request_record& request, std::string const& body,
        boost::json::object const& fields);
    [[nodiscard]] std::optional<answer> check_assets(checked_body const& body) const;
    [[nodiscard]] answer upload_urls(boost::json::object const& fields);
    [[nodiscard]] answer details(details_route const& where, std::string_view method);
    [[nodiscard]] answer account();
    [[nodiscard]] answer saved_items(std::string_view query);
    [[nodiscard]] boost::json::object saved_item(std::size_t index);
    [[nodiscard]] job_snapshot snapshot(fake_job const& job, std::string status);
    [[nodiscard]] boost::json::object details_of(fake_job const& job, std::string_view status);
    [[nodiscard]] boost::json::object face_details_of(fake_job const& job, std::string_view status);
    [[nodiscard]] std::string status_of(fake_job const& job) const;
    [[nodiscard]] std::int64_t price_of(fake_job const& job) const;
    void make_outputs(fake_job& job);
    [[nodiscard]] std::vector<job_snapshot> take_changes();
    [[nodiscard]] std::string new_id(magic_hour::kind kind);
    [[nodiscard]] http::time_source& clock() const noexcept { return *options.clock; }

    mutable std::mutex mutex_{};
};

} // namespace magic_hour::testing::detail
