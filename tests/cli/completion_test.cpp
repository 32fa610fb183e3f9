#include "mh_process.hpp"
#include "support/temp_dir.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <memory>

using namespace mh_test;

namespace
{

/// Types into a shell on a terminal of its own, once that is ready. `mh` is there a function that says what
/// it is called with.
constexpr std::string_view driver = R"script(
zmodload zsh/zpty
zpty shell "$@"
zpty -r shell shown '*READY>*'
zpty -w shell "$(<typed)"
zpty -r shell shown '*CALLED:*:WITH*'
print -r -- ${${shown##*CALLED:}%%:WITH*}
zpty -d shell
)script";

constexpr std::string_view setup = "PS1='READY>'; mh() { printf 'CALLED:%s:WITH\\n' \"$*\"; }\n";

std::string completion_script(std::string shell)
{
    run_options options;
    options.arguments = {"completion", std::move(shell)};
    return run(options).out;
}

class typist
{
public:
    /// A shell that `command` starts in the directory, where `rc_file` says what it does first.
    typist(std::string command, std::string_view rc_file, std::string_view rc) : command_(std::move(command))
    {
        static_cast<void>(home_.write("driver", driver));
        static_cast<void>(home_.write(rc_file, std::string{rc} + std::string{setup}));
        static_cast<void>(home_.write("photo.png", "x"));
    }

    [[nodiscard]] support::temp_dir& home() noexcept { return home_; }

    /// The words that `mh` is called with when somebody types `line`, with tabs in it, and Enter.
    [[nodiscard]] std::string call(std::string const& line)
    {
        static_cast<void>(home_.write("typed", line));
        auto const command = "cd " + home_.path().string() +
                             " && ZDOTDIR=$PWD TERM=xterm timeout 30 zsh driver " + command_ + " 2>&1";
        std::unique_ptr<FILE, int (*)(FILE*)> const pipe{::popen(command.c_str(), "r"), &::pclose};
        std::string out;
        char buffer[4096];
        while (auto const count = std::fread(buffer, 1, sizeof buffer, pipe.get()))
            out.append(buffer, count);
        return out.substr(0, out.find_last_not_of("\r\n") + 1);
    }

private:
    std::string command_;
    support::temp_dir home_{};
};

void check_completions(typist& who)
{
    CHECK(who.call("mh ai-image-ed\tgen\t") == "ai-image-editor generate");
    CHECK(who.call("mh --fake ai-image-editor gen\t") == "--fake ai-image-editor generate");
    CHECK(who.call("mh image-projects dow\tcabc --overw\t") == "image-projects download cabc --overwrite");
    CHECK(
        who.call("mh ai-image-editor create --set style.pr\thello") ==
        "ai-image-editor create --set style.prompt=hello");
    CHECK(
        who.call("mh ai-image-editor create --set resol\t64\t") ==
        "ai-image-editor create --set resolution=640px");
    CHECK(
        who.call("mh ai-image-editor create --set aspect_ratio=16\t") ==
        "ai-image-editor create --set aspect_ratio=16:9");
    CHECK(
        who.call("mh ai-image-editor create --set assets.image_file_paths=pho\t") ==
        "ai-image-editor create --set assets.image_file_paths=photo.png");
    CHECK(who.call("mh account --output j\t") == "account --output json");
    CHECK(who.call("mh saved-items list --ty\tchar\t") == "saved-items list --type character");
    CHECK(who.call("mh files upload pho\t") == "files upload photo.png");
}

} // namespace

TEST_CASE("zsh completes commands, options, fields, values and files when it has sourced the script")
{
    typist who{"zsh -i", ".zshrc", "autoload -U compinit; compinit -u -D; source completion.zsh\n"};
    static_cast<void>(who.home().write("completion.zsh", completion_script("zsh")));
    check_completions(who);
}

TEST_CASE("zsh completes the same when the script lies in its path of functions")
{
    typist who{"zsh -i", ".zshrc", "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D\n"};
    static_cast<void>(who.home().write("_mh", completion_script("zsh")));
    check_completions(who);
}

TEST_CASE("bash completes the same")
{
    typist who{"bash --rcfile bashrc -i", "bashrc", "source completion.bash\n"};
    static_cast<void>(who.home().write("completion.bash", completion_script("bash")));
    check_completions(who);
}
