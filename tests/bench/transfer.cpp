// What a gigabyte costs, from a server into a file and from a file to a server. Each contender runs in a
// process of its own, so that its peak memory can be told.

#include "child_process.hpp"
#include "harness.hpp"
#include "ours.hpp"
#include "reference_curl.hpp"
#include "reference_openssl.hpp"

#include <magic_hour/files_resource.hpp>
#include <magic_hour/jobs/job_run.hpp>

#include <sys/mman.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace
{

namespace mh = bench::mh;

/// A transfer as a child process is told of it.
struct task
{
    std::string direction{}; ///< "download" or "upload"
    std::string who{};
    unsigned long long bytes = 0;
    int port = 0;
    std::string ca_file{};
    std::filesystem::path folder{};

    [[nodiscard]] std::string target() const
    {
        return direction == "download" ? "/bytes/" + std::to_string(bytes) : "/put";
    }
    [[nodiscard]] std::string url() const { return "https://localhost:" + std::to_string(port) + target(); }
    [[nodiscard]] std::string file() const { return folder / (std::to_string(bytes) + ".mp4"); }
};

mh::client_options options_for(task const& t)
{
    mh::client_options options;
    options.api_key = "key";
    options.base_url = "https://localhost:" + std::to_string(t.port);
    options.tls.ca_file = t.ca_file;
    return options;
}

void download_with_ours(task const& t)
{
    boost::asio::io_context io{1};
    mh::session const session{io, options_for(t)};
    mh::jobs::output_list outputs;
    outputs.project_id = "project";
    outputs.kind = mh::kind::video;
    outputs.links.push_back({t.url(), ""});
    mh::generate_options how;
    how.save_in(t.folder / "saved");
    auto const files = mh::sync_wait(io, mh::jobs::save_job(session.share(), std::move(outputs), how));
    if (files.value().at(0).bytes != t.bytes)
        std::abort();
}

void upload_with_ours(task const& t)
{
    boost::asio::io_context io{1};
    mh::session const session{io, options_for(t)};
    mh::files_resource const files{session};
    auto const stored = mh::sync_wait(io, files.upload_file(mh::asset::local(t.file())));
    if (stored.empty())
        std::abort();
}

void carry_out(task const& t)
{
    bool const down = t.direction == "download";
    if (t.who == "ours")
        return down ? download_with_ours(t) : upload_with_ours(t);
    if (t.who == "openssl")
    {
        bench::bare_openssl openssl{t.port, t.ca_file};
        return down ? openssl.download(t.target(), t.folder / "saved")
                    : openssl.upload(t.target(), t.file(), static_cast<long>(t.bytes));
    }
    bench::with_curl curl{t.ca_file};
    if (down)
        return curl.download(t.url(), t.folder / "saved");
    curl.upload(
        t.url(), t.file(), static_cast<long>(t.bytes), t.who == "curl 1 MiB" ? 1024 * 1024 : 64 * 1024);
}

long peak_kib()
{
    std::ifstream status{"/proc/self/status"};
    for (std::string word; status >> word;)
        if (long kib = 0; word == "VmHWM:" && status >> kib)
            return kib;
    return 0;
}

/// The child's side: does it and leaves the figures in a file.
int child(std::vector<std::string> const& words)
{
    task const t{words[0], words[1], std::stoull(words[2]), std::stoi(words[3]), words[4], words[5]};
    bench::cost const cost = bench::measure([&] { carry_out(t); });
    std::ofstream{t.folder / "figures"} << cost.cpu << ' ' << cost.wall << ' ' << peak_kib();
    return 0;
}

struct figures
{
    std::vector<bench::cost> costs{};
    std::vector<double> peaks_kib{};
};

/// Free memory that a virtual machine has given back to its host is dear to whoever gets it next: takes so
/// much that all contenders find it at hand, and leaves it.
void fetch_free_memory(std::size_t bytes)
{
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory != MAP_FAILED)
        munmap(memory, bytes);
}

void run_in_child(task const& t, figures& into)
{
    fetch_free_memory(t.bytes + t.bytes / 4);
    std::string const self = std::filesystem::read_symlink("/proc/self/exe");
    std::vector<std::string> const words{
        self,      "--one", t.direction, t.who, std::to_string(t.bytes), std::to_string(t.port),
        t.ca_file, t.folder};
    if (bench::run_child(words).status != 0)
        throw std::runtime_error{t.direction + " with " + t.who + " failed"};
    std::filesystem::remove_all(t.folder / "saved");
    bench::cost cost;
    double peak = 0;
    std::ifstream{t.folder / "figures"} >> cost.cpu >> cost.wall >> peak;
    into.costs.push_back(cost);
    into.peaks_kib.push_back(peak);
}

/// All contenders in turn, each with a large and a small file.
class comparison
{
public:
    comparison(bench::server_process const& server, std::filesystem::path folder, unsigned long long large)
        : server_{server}, folder_{std::move(folder)}, large_{large}
    {
    }

    void run(std::string const& direction, std::vector<std::string> const& all, int rounds)
    {
        direction_ = direction;
        large_figures_.clear();
        small_figures_.clear();
        for (int i = 0; i < rounds; ++i)
            for (std::string const& who : all)
            {
                run_in_child(make(who, large_), large_figures_[who]);
                run_in_child(make(who, small), small_figures_[who]);
            }
    }

    [[nodiscard]] double ratio(std::string const& of, std::string const& to, double bench::cost::*what) const
    {
        bench::contender const a{of, {}, large_figures_.at(of).costs};
        bench::contender const b{to, {}, large_figures_.at(to).costs};
        return bench::ratio(a, b, what);
    }
    [[nodiscard]] double seconds(std::string const& who) const
    {
        return bench::middle({who, {}, large_figures_.at(who).costs}, &bench::cost::cpu);
    }
    [[nodiscard]] double peak_mib(std::string const& who) const
    {
        return bench::median(large_figures_.at(who).peaks_kib) / 1024;
    }
    [[nodiscard]] double growth_kib(std::string const& who) const
    {
        return bench::median(large_figures_.at(who).peaks_kib) -
               bench::median(small_figures_.at(who).peaks_kib);
    }

    static constexpr unsigned long long small = 64ULL << 20;

private:
    [[nodiscard]] task make(std::string const& who, unsigned long long bytes) const
    {
        return {direction_, who, bytes, server_.port(), server_.ca_file(), folder_};
    }

    bench::server_process const& server_;
    std::filesystem::path folder_;
    unsigned long long large_;
    std::string direction_{};
    std::map<std::string, figures> large_figures_{};
    std::map<std::string, figures> small_figures_{};
};

void show_seconds(std::string_view id, comparison const& c, std::vector<std::string> const& all)
{
    for (std::string const& who : all)
    {
        bench::note(id, "CPU, " + who, c.seconds(who), "s");
        bench::note(id, "peak memory, " + who, c.peak_mib(who), "MiB");
    }
}

void downloads(comparison& c, bench::arguments const& arguments)
{
    std::vector<std::string> const all{"ours", "curl", "openssl"};
    c.run("download", all, arguments.rounds(9));
    auto const cpu = &bench::cost::cpu;
    bench::row("P3", "download to a file, CPU, to libcurl", 1.00, c.ratio("ours", "curl", cpu));
    bench::row(
        "P3", "download to a file, wall, to libcurl", 1.02, c.ratio("ours", "curl", &bench::cost::wall));
    bench::row("P3", "download, peak memory, to libcurl", 1.00, c.peak_mib("ours") / c.peak_mib("curl"));
    bench::row("P3", "download, peak memory beyond that of 64 MiB", 256, c.growth_kib("ours"), "KiB");
    bench::note("P3", "download to a file, CPU, to bare OpenSSL", c.ratio("ours", "openssl", cpu), "x");
    show_seconds("P3", c, all);
}

void uploads(comparison& c, bench::arguments const& arguments)
{
    std::vector<std::string> const all{"ours", "curl 64 KiB", "curl 1 MiB", "openssl"};
    c.run("upload", all, arguments.rounds(9));
    auto const cpu = &bench::cost::cpu;
    bench::row(
        "P4", "upload from a file, CPU, to libcurl with 64 KiB", 0.85, c.ratio("ours", "curl 64 KiB", cpu));
    bench::row(
        "P4", "upload from a file, CPU, to libcurl with 1 MiB", 0.95, c.ratio("ours", "curl 1 MiB", cpu));
    bench::row("P4", "upload, peak memory, to libcurl", 1.00, c.peak_mib("ours") / c.peak_mib("curl 64 KiB"));
    bench::row("P4", "upload, peak memory beyond that of 64 MiB", 256, c.growth_kib("ours"), "KiB");
    bench::note("P4", "upload from a file, CPU, to bare OpenSSL", c.ratio("ours", "openssl", cpu), "x");
    show_seconds("P4", c, all);
}

/// A folder in memory, if there is one: disks are not what is compared.
class folder_for_files
{
public:
    folder_for_files(std::vector<unsigned long long> const& sizes)
    {
        std::error_code none;
        bool const in_memory = std::filesystem::is_directory("/dev/shm", none);
        std::string pattern = in_memory ? "/dev/shm/magic_hour_bench_XXXXXX" : "/tmp/magic_hour_bench_XXXXXX";
        folder_ = mkdtemp(pattern.data());
        for (auto const size : sizes)
        {
            std::ofstream out{folder_ / (std::to_string(size) + ".mp4"), std::ios::binary};
            std::string const piece(1 << 20, 'x');
            for (unsigned long long written = 0; written < size; written += piece.size())
                out << piece;
        }
    }
    ~folder_for_files() { std::filesystem::remove_all(folder_); }
    folder_for_files(folder_for_files const&) = delete;
    folder_for_files& operator=(folder_for_files const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const { return folder_; }

private:
    std::filesystem::path folder_{};
};

} // namespace

int main(int argc, char** argv)
{
    std::vector<std::string> const words(argv + 1, argv + argc);
    if (words.size() == 7 && words[0] == "--one")
        return child({words.begin() + 1, words.end()});
    bench::arguments const arguments{argc, argv};
    bench::server_process const server;
    unsigned long long const large = arguments.quick ? 256ULL << 20 : 1ULL << 30;
    folder_for_files const files{{large, comparison::small}};
    comparison c{server, files.path(), large};
    downloads(c, arguments);
    uploads(c, arguments);
}
