#include <magic_hour/jobs/file_names.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace magic_hour;
using namespace magic_hour::jobs;
using namespace std::string_literals;

TEST_CASE("the default name is id, number and extension")
{
    name_parts parts;
    parts.id = "cm123";
    parts.number = 2;
    parts.extension = "png";
    parts.kind = "image";
    CHECK(file_name_for(default_name_template, parts) == "cm123-2.png");
    CHECK(file_name_for("{kind}_{id}{ext}", parts) == "image_cm123_2.png");
    parts.number = 0;
    CHECK(file_name_for("{kind}_{id}{ext}", parts) == "image_cm123.png");
    parts.extension = {};
    CHECK(file_name_for(default_name_template, parts) == "cm123-0");
}

TEST_CASE("W6: outputs of one job never share a name, whatever the template")
{
    name_parts first;
    first.id = "x";
    first.extension = "png";
    auto second = first;
    second.number = 1;
    for (auto const* name_template : {"{id}-{n}{ext}", "photo{ext}", "photo", "{kind}"})
        CHECK(file_name_for(name_template, first) != file_name_for(name_template, second));
}

TEST_CASE("templates are checked")
{
    for (auto const* good : {"{id}-{n}{ext}", "photo.png", "{kind}"})
        CHECK(check_name_template(good).has_value());
    for (auto const* bad : {"", "{name}", "a/{n}", "a\\{n}", "{n", "n}", "{}", "{n}}"})
    {
        CAPTURE(bad);
        CHECK(check_name_template(bad).has_error());
    }
}

TEST_CASE("I7: names are one safe component")
{
    CHECK(safe_file_name("../../etc/passwd") == "_.._etc_passwd");
    CHECK(safe_file_name("..%2f..%2fetc%2fpasswd") == "%2f..%2fetc%2fpasswd");
    CHECK(safe_file_name("") == "output");
    CHECK(safe_file_name(".") == "output");
    CHECK(safe_file_name("..") == "output");
    CHECK(safe_file_name(".bashrc") == "bashrc");
    CHECK(safe_file_name("con.mp4") == "_con.mp4");
    CHECK(safe_file_name("LPT1") == "_LPT1");
    CHECK(safe_file_name("console.mp4") == "console.mp4");
    CHECK(safe_file_name("a\0b"s) == "a_b");
    CHECK(safe_file_name("a\\b") == "a_b");
    CHECK(safe_file_name("a\r\nb\x1b[2J") == "a__b_[2J");
    CHECK(
        safe_file_name("gpj.\xE2\x80\xAE"
                       "exe") == "gpj._exe");
    CHECK(safe_file_name("trailing. . ") == "trailing");
    CHECK(safe_file_name("bad\xFF\xC0\xAFutf") == "bad___utf");
    CHECK(safe_file_name("\xC3\xA4\xE2\x82\xAC.png") == "\xC3\xA4\xE2\x82\xAC.png");
}

TEST_CASE("I7: a long name is cut, keeps its extension and leaves room for the temporary one")
{
    auto const name = safe_file_name(std::string(300, 'a') + ".png");
    CHECK(name.size() + 14 <= 255);
    CHECK(name.ends_with("a.png"));
    std::string wide;
    for (int i = 0; i < 200; ++i)
        wide += "\xE2\x82\xAC";
    auto const cut = safe_file_name(wide + ".webp");
    CHECK(cut.size() <= 241);
    CHECK((cut.size() - 5) % 3 == 0);
}

TEST_CASE("I7: hostile names always come out safe, and stay as they are the second time")
{
    std::minstd_rand random{3};
    std::uniform_int_distribution<int> byte{0, 255};
    std::uniform_int_distribution<std::size_t> length{0, 400};
    for (int run = 0; run < 3000; ++run)
    {
        std::string name(length(random), '\0');
        for (char& c : name)
            c = static_cast<char>(run % 2 == 0 ? byte(random) : "./\\ a\xE2\x80\xAE:%c"[byte(random) % 11]);
        auto const safe = safe_file_name(name);
        REQUIRE_FALSE(safe.empty());
        REQUIRE(safe.size() + 14 <= 255);
        REQUIRE(safe.front() != '.');
        REQUIRE(safe.back() != '.');
        REQUIRE(safe.back() != ' ');
        REQUIRE(safe.find_first_of("/\\"s + '\0') == std::string::npos);
        REQUIRE(safe_file_name(safe) == safe);
    }
}

TEST_CASE("F6: the temporary name of a 255-byte name fits and is recognisable")
{
    std::string const longest = std::string(251, 'a') + ".png";
    auto const temporary = temporary_file_name(longest, 0x0123abcd);
    CHECK(temporary.size() == 255);
    CHECK(temporary.ends_with(".0123abcd.part"));
    CHECK(temporary_file_name("a.png", 0xff) == "a.png.000000ff.part");
}

TEST_CASE("another name is numbered before its extension")
{
    CHECK(numbered_file_name("a.png", 2) == "a_2.png");
    CHECK(numbered_file_name("a", 2) == "a_2");
    CHECK(numbered_file_name(std::string(240, 'a') + ".png", 17).size() <= 241);
}

TEST_CASE("an output's extension is the URL's, else the Content-Type's")
{
    CHECK(extension_for_output("https://v.ai/o/output.MP4?sig=x", "image/png") == "mp4");
    CHECK(extension_for_output("https://v.ai/o/output.exe?x", "image/png") == "png");
    CHECK(extension_for_output("https://v.ai/o/output", "text/plain") == "");
}
