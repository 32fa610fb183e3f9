#include "jobs/fixture.hpp"

#include <magic_hour/jobs/pipeline.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <thread>

using namespace jobs_test;

namespace
{

/// A fake whose jobs take a moment of real time, and a client of it on four threads without a strand.
struct pool_fixture
{
    mh::testing::fake_server fake{};
    support::temp_dir dir{};
    asio::thread_pool threads{4};

    [[nodiscard]] mh::session session()
    {
        mh::client_options options;
        options.api_key = fake.api_key();
        options.base_url = fake.base_url();
        options.tls.ca_pem = fake.ca_pem();
        return mh::session{threads, options};
    }
    [[nodiscard]] mh::generate_options options(int number) const
    {
        mh::poll_options fast;
        fast.interval = 100ms;
        mh::generate_options made{dir / std::to_string(number)};
        return made.poll(fast).sync(false);
    }
};

} // namespace

TEST_CASE("X6: whole jobs run on a pool of threads without a strand, each ends once")
{
    pool_fixture f;
    auto const picture = f.dir.write("in.png", pattern(600'000));
    mh::resource<mh::ai_image_editor> const editor{f.session()};
    auto const request = fixture::edit({picture});
    std::atomic<int> good{0};
    std::atomic<int> bad{0};
    constexpr int count = 12;
    for (int i = 0; i < count; ++i)
        editor.generate(
            request, f.options(i),
            [&](mh::result<mh::generated<mh::image_project>> const& made) { ++(made ? good : bad); });
    f.threads.join();
    CHECK(good == count);
    CHECK(bad == 0);
    CHECK(f.fake.ledger().billable_creates() == count);
}

TEST_CASE("X6: whole jobs that are canceled from other threads end once and leave nothing half-written")
{
    pool_fixture f;
    auto const picture = f.dir.write("in.png", pattern(600'000));
    std::atomic<int> ended{0};
    constexpr int count = 12;
    {
        mh::resource<mh::ai_image_editor> const editor{f.session()};
        auto const request = fixture::edit({picture});
        for (int i = 0; i < count; ++i)
        {
            // A signal belongs to the executor of its operation: it is sent there.
            auto const strand = asio::make_strand(f.threads);
            auto const signal = std::make_shared<asio::cancellation_signal>();
            auto finish = [&ended, signal](auto const&) { ++ended; };
            asio::post(
                strand,
                [=, &f]
                {
                    editor.generate(
                        request, f.options(i),
                        asio::bind_cancellation_slot(signal->slot(), asio::bind_executor(strand, finish)));
                });
            std::thread{[strand, signal, i]
                        {
                            std::this_thread::sleep_for(std::chrono::milliseconds{25 * i});
                            asio::post(strand, [signal] { signal->emit(asio::cancellation_type::terminal); });
                        }}
                .detach();
        }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{25 * count + 100});
    f.threads.join();
    CHECK(ended == count);
    for (auto const& name : f.dir.names())
        CHECK_FALSE(name.ends_with(".part"));
}

TEST_CASE("X6: a batch on a pool of threads hands out each result once")
{
    pool_fixture f;
    std::vector<mh::ai_image_generator::request> const requests(8, fixture::picture());
    mh::resource<mh::ai_image_generator> const generator{f.session()};
    std::vector<std::size_t> seen;
    auto const work = [&]() -> asio::awaitable<void>
    {
        auto jobs = mh::generate_all(generator, requests, f.options(0), 3);
        for (;;)
        {
            auto const done = co_await jobs.next();
            if (!done)
                break;
            CHECK(done->job.has_value());
            seen.push_back(done->index);
        }
    };
    asio::co_spawn(f.threads, work(), [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    f.threads.join();
    std::sort(seen.begin(), seen.end());
    CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7});
}
