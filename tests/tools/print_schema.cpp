// Prints what the library says of the API: `print_schema > schema.json`, then compare it with a freshly
// downloaded specification: `check_drift.py schema.json openapi.json`.

#include <magic_hour/v1/schema.hpp>
#include <magic_hour/webhook/event.hpp>

#include <boost/json/serialize.hpp>

#include <iostream>
#include <utility>

int main()
{
    namespace mh = magic_hour;
    auto events = mh::describe_events<mh::webhook::event::alternatives>();
    std::cout << boost::json::serialize(mh::describe_api(std::move(events))) << '\n';
}
