// The main job: upload a picture, have it edited, wait, save the result. Runs against an embedded fake of the
// API; with --live against the real one, with the key in MAGIC_HOUR_API_KEY, at the price of a few credits.

#include <magic_hour/magic_hour.hpp>

#include <magic_hour/testing/content.hpp>
#include <magic_hour/testing/fake_server.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace asio = boost::asio;
namespace mh = magic_hour;

namespace
{

/// One line that is drawn again on a terminal; a line a step elsewhere.
class display
{
public:
    void show(std::string const& text)
    {
        if (text == shown_)
            return;
        shown_ = text;
        std::cerr << (on_terminal_ ? "\r\033[K" : "") << text << (on_terminal_ ? "" : "\n") << std::flush;
    }
    void finish()
    {
        if (on_terminal_)
            std::cerr << '\n';
    }

    void status(mh::job_status const& job)
    {
        auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(job.elapsed).count();
        show(
            "job " + std::string{job.id} + ": " + std::string{job.status} + " after " +
            std::to_string(seconds) + " s");
    }
    void progress(mh::transfer_progress const& transfer)
    {
        bool const whole = transfer.total == transfer.bytes;
        if (on_terminal_ || whole)
            show(
                std::string{mh::to_string(transfer.phase)} + ": " + std::to_string(transfer.bytes) +
                " bytes");
    }

private:
    bool on_terminal_ = isatty(STDERR_FILENO) == 1;
    std::string shown_{};
};

asio::awaitable<void> edit(mh::client client, std::filesystem::path picture, bool live)
{
    display shown;
    mh::ai_image_editor::request request{
        .assets = {.image_file_paths = {picture}}, .style = {.prompt = "Give me sunglasses"}};

    mh::generate_options options{"outputs"};
    options.collision(mh::on_collision::rename);
    options.on_status([&](mh::job_status const& job) { shown.status(job); });
    options.on_progress([&](mh::transfer_progress const& transfer) { shown.progress(transfer); });
    if (!live)
        options.poll({.interval = std::chrono::milliseconds{100}});

    auto const photo = co_await client.v1.ai_image_editor.generate(request, options);

    shown.finish();
    for (auto const& file : photo.files)
        std::cout << file.path.string() << '\n';
}

mh::client_options options_for(mh::testing::fake_server const& fake)
{
    mh::client_options options;
    options.api_key = fake.api_key();
    options.base_url = fake.base_url();
    options.tls.ca_pem = fake.ca_pem();
    return options;
}

} // namespace

int main(int argc, char** argv)
try
{
    bool const live = argc > 1 && std::string_view{argv[1]} == "--live";
    auto const picture =
        std::filesystem::temp_directory_path() / ("portrait-" + std::to_string(getpid()) + ".png");
    std::ofstream{picture, std::ios::binary} << mh::testing::png_image(320, 240);

    mh::testing::fake_options how;
    how.step = std::chrono::milliseconds{300};
    std::optional<mh::testing::fake_server> fake;
    if (!live)
        fake.emplace(how);

    asio::io_context io;
    mh::client const client{io, live ? mh::client_options() : options_for(*fake)};
    asio::co_spawn(io, edit(client, picture, live), mh::rethrow);
    io.run();
    std::filesystem::remove(picture);
}
catch (mh::error const& failure)
{
    std::cerr << "edit_photo: " << failure.what() << '\n';
    return 1;
}
