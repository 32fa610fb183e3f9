#include "script_link.hpp"
#include "script_server.hpp"

#include <sys/socket.h>

namespace support
{

received_request link::expect_request()
{
    auto request = state_->read_head();
    state_->read_body(request);
    return request;
}

received_request link::expect_head()
{
    state_->open_request = state_->read_head();
    return state_->open_request;
}

void link::expect_bytes(std::uint64_t count)
{
    auto& request = state_->open_request;
    try
    {
        state_->take_body(request, count);
    }
    catch (link_over const&)
    {
        state_->note(request);
        throw;
    }
    request.complete = request.head.content_length == request.body_size;
    state_->note(request);
}

void link::handshake()
{
    state_->handshake();
}
void link::send(std::string_view text)
{
    state_->write(text);
}
void link::send_raw(std::string_view bytes)
{
    state_->write_wire(bytes);
}
std::string link::read_raw()
{
    return state_->read_wire();
}

void link::pace(std::size_t count, milliseconds pause)
{
    state_->portion = count;
    state_->portion_pause = pause;
}

void link::cut_wire_after(std::size_t count)
{
    state_->wire_left = count;
}
void link::pause(milliseconds time)
{
    state_->pause(time);
}

void link::until(std::function<bool()> const& done)
{
    while (!done())
        state_->pause(milliseconds{2});
}

void link::drain()
{
    state_->drain();
}
void link::hold()
{
    state_->hold();
}
void link::close_notify()
{
    state_->close_notify();
}
void link::shutdown_send()
{
    ::shutdown(state_->socket.get(), SHUT_WR);
}

void link::fin()
{
    ::shutdown(state_->socket.get(), SHUT_WR);
    state_->wait_for_peer(std::chrono::seconds{5});
    state_->socket.reset();
    state_->over(ending::ours);
}

void link::close_now()
{
    state_->socket.reset();
    state_->over(ending::ours);
}

void link::rst()
{
    state_->abort();
}

namespace steps
{

step expect_request()
{
    return [](link& l) { l.expect_request(); };
}
step expect_head()
{
    return [](link& l) { l.expect_head(); };
}
step expect_bytes(std::uint64_t count)
{
    return [count](link& l) { l.expect_bytes(count); };
}
step handshake()
{
    return [](link& l) { l.handshake(); };
}
step send(std::string text)
{
    return [t = std::move(text)](link& l) { l.send(t); };
}
step drip(std::string text, std::size_t portion, milliseconds pause)
{
    return [t = std::move(text), portion, pause](link& l)
    {
        for (std::size_t at = 0; at < t.size(); at += portion)
        {
            l.send(std::string_view{t}.substr(at, portion));
            l.pause(pause);
        }
    };
}
step send_raw(std::string bytes)
{
    return [b = std::move(bytes)](link& l) { l.send_raw(b); };
}
step read_raw()
{
    return [](link& l) { l.read_raw(); };
}
step pace(std::size_t count, milliseconds pause)
{
    return [count, pause](link& l) { l.pace(count, pause); };
}
step cut_wire_after(std::size_t count)
{
    return [count](link& l) { l.cut_wire_after(count); };
}
step wait(milliseconds time)
{
    return [time](link& l) { l.pause(time); };
}
step until(std::function<bool()> done)
{
    return [d = std::move(done)](link& l) { l.until(d); };
}
step drain()
{
    return [](link& l) { l.drain(); };
}
step hold()
{
    return [](link& l) { l.hold(); };
}
step close_notify()
{
    return [](link& l) { l.close_notify(); };
}
step shutdown_send()
{
    return [](link& l) { l.shutdown_send(); };
}
step fin()
{
    return [](link& l) { l.fin(); };
}
step close()
{
    return [](link& l)
    {
        l.close_notify();
        l.fin();
    };
}
step close_now()
{
    return [](link& l) { l.close_now(); };
}
step rst()
{
    return [](link& l) { l.rst(); };
}
step forever(script body)
{
    return [b = std::move(body)](link& l)
    {
        for (;;)
            for (auto const& each : b)
                each(l);
    };
}
step repeat(int count, script body)
{
    return [b = std::move(body), count](link& l)
    {
        for (int i = 0; i < count; ++i)
            for (auto const& each : b)
                each(l);
    };
}

} // namespace steps

std::string answer(int status, std::string_view body, std::string_view extra_headers)
{
    std::string text = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n";
    text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    text.append(extra_headers).append("\r\n").append(body);
    return text;
}

std::string json_answer(int status, std::string_view body, std::string_view extra_headers)
{
    return answer(status, body, "Content-Type: application/json\r\n" + std::string{extra_headers});
}

} // namespace support
