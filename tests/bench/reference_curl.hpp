#pragma once

#include "server_process.hpp"

#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace bench
{

/// libcurl, easy and multi, as its examples use it.
class with_curl
{
public:
    explicit with_curl(server_process const& server)
        : ca_file_{server.ca_file()}, url_{server.url("/v1/image-projects/cm2xk1v9q0000abcd1234efgh")}
    {
    }
    /// For whole URLs only.
    explicit with_curl(std::string ca_file) : ca_file_{std::move(ca_file)} {}
    ~with_curl()
    {
        for (auto const& t : transfers_)
            curl_easy_cleanup(t.handle);
        if (multi_)
            curl_multi_cleanup(multi_);
        curl_slist_free_all(headers_);
    }
    with_curl(with_curl const&) = delete;
    with_curl& operator=(with_curl const&) = delete;

    void sequential(int count)
    {
        need(1);
        for (int i = 0; i < count; ++i)
        {
            transfers_[0].body.clear();
            if (curl_easy_perform(transfers_[0].handle) != CURLE_OK)
                std::abort();
        }
    }

    /// `count` exchanges on each of `parallel` handles, all in flight together.
    void parallel(int parallel, int count)
    {
        if (!multi_)
            multi_ = curl_multi_init();
        need(static_cast<std::size_t>(parallel));
        std::vector<int> left(transfers_.size(), count);
        for (auto& t : transfers_)
            curl_multi_add_handle(multi_, t.handle);
        for (int running = 1; running > 0;)
        {
            curl_multi_perform(multi_, &running);
            running += start_again(left);
            if (running > 0)
                curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        }
    }

    void download(std::string const& url, std::string const& file)
    {
        CURL* const handle = make(url);
        std::FILE* const out = std::fopen(file.c_str(), "wb");
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, nullptr);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, out);
        curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 256L * 1024);
        finish(handle);
        std::fclose(out);
    }

    void upload(std::string const& url, std::string const& file, long size, long buffer)
    {
        CURL* const handle = make(url);
        std::FILE* const in = std::fopen(file.c_str(), "rb");
        curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(handle, CURLOPT_READDATA, in);
        curl_easy_setopt(handle, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
        curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, buffer);
        finish(handle);
        std::fclose(in);
    }

    /// Connects, makes one exchange and closes; `resume` keeps TLS sessions from one to the next.
    void connect_once(bool resume)
    {
        if (!share_)
        {
            share_ = curl_share_init();
            curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
        }
        CURL* const handle = make(url_);
        std::string body;
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
        if (resume)
            curl_easy_setopt(handle, CURLOPT_SHARE, share_);
        else
            curl_easy_setopt(handle, CURLOPT_SSL_SESSIONID_CACHE, 0L);
        finish(handle);
    }

private:
    struct transfer
    {
        CURL* handle;
        std::string body{};
    };

    static std::size_t append(char* data, std::size_t size, std::size_t count, void* into)
    {
        static_cast<std::string*>(into)->append(data, size * count);
        return size * count;
    }

    CURL* make(std::string const& url)
    {
        if (!headers_)
            headers_ = curl_slist_append(nullptr, "Authorization: Bearer key");
        CURL* const handle = curl_easy_init();
        curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
        curl_easy_setopt(handle, CURLOPT_CAINFO, ca_file_.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers_);
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, append);
        return handle;
    }

    static void finish(CURL* handle)
    {
        if (curl_easy_perform(handle) != CURLE_OK)
            std::abort();
        curl_easy_cleanup(handle);
    }

    void need(std::size_t count)
    {
        if (transfers_.size() == count)
            return;
        transfers_.reserve(count);
        while (transfers_.size() < count)
        {
            auto& t = transfers_.emplace_back(transfer{make(url_)});
            curl_easy_setopt(t.handle, CURLOPT_WRITEDATA, &t.body);
            curl_easy_setopt(t.handle, CURLOPT_PRIVATE, reinterpret_cast<char*>(transfers_.size() - 1));
        }
    }

    int start_again(std::vector<int>& left)
    {
        int started = 0;
        for (int queued = 0; CURLMsg const* const message = curl_multi_info_read(multi_, &queued);)
        {
            if (message->data.result != CURLE_OK)
                std::abort();
            CURL* const handle = message->easy_handle;
            char* index = nullptr;
            curl_easy_getinfo(handle, CURLINFO_PRIVATE, &index);
            auto const which = reinterpret_cast<std::size_t>(index);
            curl_multi_remove_handle(multi_, handle);
            transfers_[which].body.clear();
            if (--left[which] == 0)
                continue;
            curl_multi_add_handle(multi_, handle);
            ++started;
        }
        return started;
    }

    std::string ca_file_;
    std::string url_{};
    curl_slist* headers_ = nullptr;
    CURLM* multi_ = nullptr;
    CURLSH* share_ = nullptr;
    std::vector<transfer> transfers_{};
};

} // namespace bench
