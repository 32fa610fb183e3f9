#pragma once

#include <csignal>
#include <stdexcept>

#include <sys/resource.h>

namespace support
{

/// The largest size of a file while this lives.
class file_size_limit
{
public:
    explicit file_size_limit(::rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN))
    {
        bool const known = ::getrlimit(RLIMIT_FSIZE, &before_) == 0;
        auto small = before_;
        small.rlim_cur = bytes;
        if (!known || ::setrlimit(RLIMIT_FSIZE, &small) != 0)
            throw std::runtime_error("no limit of file sizes");
    }
    ~file_size_limit()
    {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    file_size_limit(file_size_limit const&) = delete;
    file_size_limit& operator=(file_size_limit const&) = delete;

private:
    struct ::rlimit before_ = {};
    void (*handler_)(int);
};

} // namespace support
