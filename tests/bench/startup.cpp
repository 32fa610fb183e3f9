// What lies around: an idle connection, a second client, a process that makes one request.

#include "child_process.hpp"
#include "harness.hpp"
#include "ours.hpp"

#include <malloc.h>

#include <fstream>

namespace
{

namespace mh = bench::mh;

/// What is resident once the allocator has given back what it keeps free.
double resident_kib()
{
    malloc_trim(0);
    std::ifstream pages{"/proc/self/statm"};
    long total = 0;
    long resident = 0;
    pages >> total >> resident;
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024;
}

/// Memory of one of many idle connections. The first few are not counted: they fill what all share.
void idle_connections(bench::server_process const& server)
{
    constexpr int few = 16;
    constexpr int many = 272;
    bench::typed_gets gets{server, many};
    gets.run(few, 3);
    double const before = resident_kib();
    gets.run(many, 3);
    bench::row("P8", "memory of an idle connection", 32, (resident_kib() - before) / (many - few), "KiB");
}

double milliseconds_to_make(std::unique_ptr<mh::session>& made, boost::asio::io_context& io)
{
    mh::client_options options;
    options.api_key = "key";
    auto const begin = std::chrono::steady_clock::now();
    made = std::make_unique<mh::session>(io, options);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

/// The system's certificates are what takes time; the first client loads them, the others share them.
void second_client(bench::arguments const& arguments)
{
    boost::asio::io_context io{1};
    std::unique_ptr<mh::session> first;
    double const of_first = milliseconds_to_make(first, io);
    std::vector<double> others;
    std::unique_ptr<mh::session> other;
    for (int i = 0; i < arguments.rounds(51); ++i)
        others.push_back(milliseconds_to_make(other, io));
    bench::row("P9", "making a second client", 0.1, bench::median(others), "ms");
    bench::note("P9", "making the first client", of_first, "ms");
}

int get_once(std::string const& url, std::string const& ca_file)
{
    boost::asio::io_context io{1};
    mh::client_options options;
    options.api_key = "key";
    options.base_url = url;
    options.tls.ca_file = ca_file;
    mh::resource<mh::image_projects> const projects{mh::session{io, options}};
    auto const project = mh::sync_wait(io, projects.get(bench::project_id));
    return project.downloads.size() == 1 ? 0 : 1;
}

void cold_start(bench::server_process const& server, bench::arguments const& arguments)
{
    std::string const self = std::filesystem::read_symlink("/proc/self/exe");
    std::string const url = server.url("/v1/image-projects/" + std::string{bench::project_id});
    std::vector<std::string> const ours{self, "--one", server.url(), server.ca_file()};
    std::vector<std::string> const curl{"curl",      "--silent",       "--output",
                                        "/dev/null", "--header",       "Authorization: Bearer key",
                                        "--cacert",  server.ca_file(), url};
    std::vector<double> cpu;
    std::vector<double> wall;
    for (int i = 0; i < arguments.rounds(21); ++i)
    {
        auto const a = bench::run_child(ours);
        auto const b = bench::run_child(curl);
        if (a.status != 0 || b.status != 0)
            throw std::runtime_error{"a process that should make one request failed"};
        cpu.push_back(a.cpu / b.cpu);
        wall.push_back(a.wall / b.wall);
    }
    bench::row("P9", "process that makes one GET, CPU, to curl", 0.95, bench::median(cpu));
    bench::row("P9", "process that makes one GET, wall, to curl", 0.95, bench::median(wall));
}

} // namespace

int main(int argc, char** argv)
{
    std::vector<std::string> const words(argv + 1, argv + argc);
    if (words.size() == 3 && words[0] == "--one")
        return get_once(words[1], words[2]);
    bench::arguments const arguments{argc, argv};
    bench::server_process const server;
    idle_connections(server);
    second_client(arguments);
    cold_start(server, arguments);
}
