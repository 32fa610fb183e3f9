#pragma once

#include <magic_hour/testing/content.hpp>
#include <magic_hour/testing/request_head.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace magic_hour::testing
{

struct answer;

/// How a server ends a connection.
enum class cut
{
    fin,         ///< TCP ends, TLS does not say goodbye
    rst,         ///< reset
    close_notify ///< TLS says goodbye, then TCP ends
};

/// What follows an answer that was sent before the request's body was read.
enum class afterwards
{
    drain,          ///< end our direction, read the rest, close
    close_after_2s, ///< read nothing, close two seconds later
    close           ///< close at once
};

/// Something that happens when so many bytes have been sent or received.
struct script_event
{
    enum class act
    {
        pause,
        stall,
        end,
        answer
    };
    act what = act::pause;
    std::uint64_t at = 0;
    bool in_body = false; ///< counted from the first byte of the answer's body
    std::chrono::milliseconds time{0};
    cut how = cut::fin;
    afterwards then = afterwards::drain;
};

/// A script as data.
struct script_parts
{
    std::optional<int> status{};
    std::optional<std::string> body{};
    bool usual_body = false;
    std::vector<header_line> headers{};
    std::vector<std::string> removed{};
    std::function<void(testing::answer&)> change{};
    std::optional<std::string> garbage{};
    std::size_t portion = 0;
    std::chrono::milliseconds portion_pause{0};
    std::vector<script_event> sending{};
    std::vector<script_event> receiving{};
    std::optional<bool> carried_out{};
};

/// The words of which scripts are made; `Self` has `edit_parts(change)`, which calls
/// `change(script_parts&)`.
///
/// What a script says replaces the proper handling where it decides the answer by itself (`answer`,
/// `garbage`, `close_instead`): then nothing is created. What spoils only the way of an answer leaves the
/// handling in place: the request is carried out, its answer suffers. `carried_out` and `not_carried_out`
/// say it differently. Positions count bytes before encryption.
template <class Self>
class script_words
{
public:
    using milliseconds = std::chrono::milliseconds;

    /// Answers with this status and this body; JSON unless a `header` says otherwise.
    Self& answer(int status, std::string body)
    {
        return edit(
            [&](script_parts& p)
            {
                p.status = status;
                p.body = std::move(body);
                p.usual_body = false;
            });
    }
    /// Answers with the API's usual body for that status.
    Self& answer(int status)
    {
        return edit(
            [&](script_parts& p)
            {
                p.status = status;
                p.usual_body = true;
            });
    }
    /// Adds a header to the answer or replaces one. A "Content-Length" is taken as it is.
    Self& header(std::string name, std::string value)
    {
        return edit([&](script_parts& p) { p.headers.push_back({std::move(name), std::move(value)}); });
    }
    Self& without_header(std::string name)
    {
        return edit([&](script_parts& p) { p.removed.push_back(std::move(name)); });
    }
    /// Replaces the body of the proper answer; Content-Length follows.
    Self& body(std::string text)
    {
        return edit([&](script_parts& p) { p.body = std::move(text); });
    }
    /// Changes the answer in any way, after everything else. Called on the server's thread.
    Self& change(std::function<void(testing::answer&)> how)
    {
        return edit([&](script_parts& p) { p.change = std::move(how); });
    }

    /// Waits before the answer, or at a byte of it, or at a byte of its body.
    Self& delay(milliseconds time) { return delay_at(0, time); }
    Self& delay_at(std::uint64_t byte, milliseconds time)
    {
        return while_sending(script_event::act::pause, byte, false, time, cut::fin);
    }
    Self& delay_body_at(std::uint64_t byte, milliseconds time)
    {
        return while_sending(script_event::act::pause, byte, true, time, cut::fin);
    }
    /// Sends `bytes` of the answer at a time, with a pause after each portion.
    Self& drip(std::size_t bytes, milliseconds pause)
    {
        return edit(
            [&](script_parts& p)
            {
                p.portion = bytes;
                p.portion_pause = pause;
            });
    }
    /// Says nothing more, for ever, after that many bytes of the answer, or of its body.
    Self& stall_at(std::uint64_t byte)
    {
        return while_sending(script_event::act::stall, byte, false, milliseconds{0}, cut::fin);
    }
    Self& stall_body_at(std::uint64_t byte)
    {
        return while_sending(script_event::act::stall, byte, true, milliseconds{0}, cut::fin);
    }
    /// Ends the connection after that many bytes of the answer, or of its body.
    Self& cut_at(std::uint64_t byte, cut how = cut::fin)
    {
        return while_sending(script_event::act::end, byte, false, milliseconds{0}, how);
    }
    Self& cut_body_at(std::uint64_t byte, cut how = cut::fin)
    {
        return while_sending(script_event::act::end, byte, true, milliseconds{0}, how);
    }
    /// Sends these bytes instead of an answer and ends the connection.
    Self& garbage(std::string bytes, cut how = cut::close_notify)
    {
        auto const size = bytes.size();
        edit([&](script_parts& p) { p.garbage = std::move(bytes); });
        return cut_at(size, how);
    }
    /// Reads the request and ends the connection without a word, before anything is done.
    Self& close_instead(cut how = cut::fin)
    {
        not_carried_out();
        return cut_at(0, how);
    }

    /// Reads only that much of the request's body and then nothing, for ever.
    Self& stop_reading_at(std::uint64_t byte)
    {
        return while_receiving(script_event::act::stall, byte, milliseconds{0}, cut::fin);
    }
    /// Ends the connection when that much of the request's body has come.
    Self& cut_upload_at(std::uint64_t byte, cut how = cut::rst)
    {
        return while_receiving(script_event::act::end, byte, milliseconds{0}, how);
    }
    /// Stops reading for a while.
    Self& delay_upload_at(std::uint64_t byte, milliseconds time)
    {
        return while_receiving(script_event::act::pause, byte, time, cut::fin);
    }
    /// Answers when that much of the request's body has come; goes with `answer`.
    Self& answer_early(afterwards then, std::uint64_t byte = 0)
    {
        return edit(
            [&](script_parts& p)
            {
                script_event added{};
                added.what = script_event::act::answer;
                added.at = byte;
                added.then = then;
                p.receiving.push_back(added);
            });
    }

    Self& carried_out()
    {
        return edit([](script_parts& p) { p.carried_out = true; });
    }
    Self& not_carried_out()
    {
        return edit([](script_parts& p) { p.carried_out = false; });
    }

private:
    template <class Change>
    Self& edit(Change&& change)
    {
        auto& self = static_cast<Self&>(*this);
        self.edit_parts(change);
        return self;
    }
    Self& while_sending(script_event::act what, std::uint64_t at, bool in_body, milliseconds time, cut how)
    {
        return edit([&](script_parts& p) { p.sending.push_back({what, at, in_body, time, how, {}}); });
    }
    Self& while_receiving(script_event::act what, std::uint64_t at, milliseconds time, cut how)
    {
        return edit([&](script_parts& p) { p.receiving.push_back({what, at, false, time, how, {}}); });
    }
};

} // namespace magic_hour::testing
