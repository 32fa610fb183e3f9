#include <magic_hour/http/detail/pool.hpp>

#include "support/manual_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

namespace
{

namespace http = magic_hour::http;
using http::detail::connection;
using http::detail::io_result;

/// Counts how often it gave its memory back.
class resting_stream final : public http::detail::byte_stream
{
public:
    explicit resting_stream(int& rests) : rests_{rests} {}

    io_result try_handshake() noexcept override { return {}; }
    io_result try_read(boost::asio::mutable_buffer) noexcept override { return {}; }
    io_result try_write(boost::asio::const_buffer) noexcept override { return {}; }
    io_result try_flush() noexcept override { return {}; }
    bool is_silent() noexcept override { return true; }
    void rest() noexcept override { ++rests_; }

private:
    int& rests_;
};

} // namespace

TEST_CASE("P8: of the idle connections all but the one that is used next give their buffers back")
{
    boost::asio::io_context io{1};
    auto const clock = std::make_shared<support::manual_clock>();
    auto const registry = std::make_shared<http::detail::connection_registry>();
    auto const pool = std::make_shared<http::detail::pool>(http::pool_options{}, io.get_executor(), clock);
    std::vector<int> rests(3, 0);
    std::vector<http::detail::lease> leases;
    for (int& count : rests)
    {
        auto place = pool->try_acquire("origin", false);
        REQUIRE(place.has_value());
        auto made = std::make_shared<connection>(registry, io.get_executor(), clock);
        made->opened_at = clock->now();
        made->use(std::make_unique<resting_stream>(count));
        place->put(std::move(made));
        place->keep();
        leases.push_back(*std::move(place));
    }
    for (auto& each : leases)
        each.release();
    CHECK(rests == std::vector{1, 1, 0});
    auto again = pool->try_acquire("origin", false);
    REQUIRE(again.has_value());
    again->keep();
    again->release();
    CHECK(rests[2] == 0); // in use again and again, it keeps what it needs
    pool->close();
}
