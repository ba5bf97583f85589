// SPDX-License-Identifier: BSD-3-Clause

#include "amd/sources/file_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "amd/base/log.h"
#include "test/support/fake_clock.h"
#include "test/support/printers.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

struct Fixture {
  test::FakeLoop loop;
  std::string dir;
  std::string path;
  std::vector<std::string> warnings;
  std::vector<std::string> user;  // what the author of the map is told
  std::unique_ptr<FileSource> source;

  Fixture() {
    char name[] = "/tmp/amd-file-source-XXXXXX";
    dir = ::mkdtemp(name);
    path = dir + "/map";
    log::set_test_sink([this](log::Level level, const std::string& line) {
      if (level == log::Level::Warning) warnings.push_back(line);
      if (level == log::Level::User) user.push_back(line);
    });
    source = std::make_unique<FileSource>(
        MapName("amd.map"), path, loop.clock,
        [this](std::function<void()> task) { loop.post(std::move(task)); });
  }
  ~Fixture() {
    log::set_test_sink(nullptr);
    std::filesystem::remove_all(dir);
  }

  // Old enough to count as finished: the fake clock's day is in 1970.
  void write(const std::string& text, Duration age = 1h) {
    std::ofstream(path, std::ios::trunc) << text;
    WallTime when = loop.clock.wall_now() -
                    std::chrono::duration_cast<WallTime::duration>(age);
    struct timespec times[2] = {};
    auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                  when.time_since_epoch())
                  .count();
    times[0].tv_sec = times[1].tv_sec = ns / 1000000000;
    times[0].tv_nsec = times[1].tv_nsec = ns % 1000000000;
    REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
  }

  Result<std::optional<MapEntryText>> look_up(const std::string& key) {
    std::optional<Result<std::optional<MapEntryText>>> answer;
    source->start_lookup(MapKey(key), [&](auto found) { answer = found; });
    REQUIRE_FALSE(answer);  // never from inside
    loop.settle();
    REQUIRE(answer);
    return *answer;
  }
  std::string value(const std::string& key) {
    auto found = look_up(key);
    if (!found) return "error: " + found.error().message();
    return *found ? (*found)->value : "no entry";
  }
};

}  // namespace

TEST_CASE("a file map finds keys, then prefixes, then the wildcard",
          "[sources]") {
  Fixture f;
  f.write(
      "# comment\none fs:=/1\na/* fs:=/a\n* fs:=/any\n/defaults opts:=ro\n");

  CHECK(f.value("one") == "fs:=/1");
  CHECK(f.value("a/b") == "fs:=/a");
  CHECK(f.value("two") == "fs:=/any");
  CHECK(f.value("/defaults") == "opts:=ro");
  CHECK(f.value("/other") == "no entry");
  CHECK((*f.look_up("two"))->matched == "*");
  CHECK((*f.look_up("one"))->origin.source == f.path);
  CHECK((*f.look_up("one"))->origin.position_of(0).line == 2);
}

TEST_CASE("a map without a wildcard has no entry for other keys", "[sources]") {
  Fixture f;
  f.write("one fs:=/1\n");

  CHECK(f.value("two") == "no entry");
}

TEST_CASE("a changed file is noticed within a second", "[sources]") {
  Fixture f;
  f.write("one fs:=/1\n");
  CHECK(f.value("one") == "fs:=/1");
  f.write("one fs:=/2\n", 30min);

  CHECK(f.value("one") == "fs:=/1");
  f.loop.run_for(1s);
  CHECK(f.value("one") == "fs:=/2");
  CHECK(f.source->info().reloads == 2);
}

TEST_CASE("reload looks at once, and reads only what has changed",
          "[sources]") {
  Fixture f;
  f.write("one fs:=/1\n");
  (void)f.value("one");
  f.source->reload();
  CHECK(f.value("one") == "fs:=/1");
  CHECK(f.source->info().reloads == 1);

  f.write("one fs:=/2\n", 30min);
  f.source->reload();

  CHECK(f.value("one") == "fs:=/2");
}

TEST_CASE("a missing file is an error that says so, and may appear later",
          "[sources]") {
  Fixture f;

  auto found = f.look_up("one");

  REQUIRE_FALSE(found);
  CHECK(found.error().code == Errc::MapNotFound);
  (void)f.look_up("one");
  CHECK(f.warnings.size() == 1);
  f.write("one fs:=/1\n");
  f.loop.run_for(1s);
  CHECK(f.value("one") == "fs:=/1");
}

TEST_CASE("a file that cannot be read leaves the last good state in force",
          "[sources]") {
  Fixture f;
  f.write("one fs:=/1\n");
  REQUIRE(f.value("one") == "fs:=/1");

  SECTION("it became a directory") {
    ::unlink(f.path.c_str());
    ::mkdir(f.path.c_str(), 0755);
  }
  SECTION("it is gone") {
    ::unlink(f.path.c_str());
  }
  SECTION("it became a fifo") {
    ::unlink(f.path.c_str());
    ::mkfifo(f.path.c_str(), 0644);
  }

  for (int i = 0; i < 5; ++i) {
    f.loop.run_for(1s);
    CHECK(f.value("one") == "fs:=/1");
  }
  CHECK(f.warnings.size() == 1);
  CHECK(f.source->info().error);
  std::filesystem::remove_all(f.path);
  f.write("one fs:=/2\n", 30min);
  f.loop.run_for(1s);
  CHECK(f.value("one") == "fs:=/2");
  CHECK_FALSE(f.source->info().error);
}

TEST_CASE("a file that is being written is left alone until it is whole",
          "[sources]") {
  Fixture f;
  f.write("one fs:=/1\ntwo fs:=/2\n");
  REQUIRE(f.value("two") == "fs:=/2");

  f.write("", 0s);
  f.loop.run_for(1s);
  CHECK(f.value("two") == "fs:=/2");
  f.write("one fs:=/1\ntwo fs:=/", 0s);
  f.loop.run_for(1s);
  CHECK(f.value("two") == "fs:=/2");
  f.write("one fs:=/1\ntwo fs:=/22\n", 0s);
  f.loop.run_for(1s);

  CHECK(f.value("two") == "fs:=/22");
  CHECK(f.warnings.empty());
}

TEST_CASE("a file that ends without a newline is taken once it is old",
          "[sources]") {
  Fixture f;
  f.write("one fs:=/1\n");
  REQUIRE(f.value("one") == "fs:=/1");

  f.write("one fs:=/2", 0s);
  f.loop.run_for(3s);

  CHECK(f.value("one") == "fs:=/2");
}

TEST_CASE("what is wrong in a file is told when it is read, once",
          "[sources]") {
  Fixture f;
  f.write("one fs:=/1\ntwo junk\n");

  f.source->reload();
  f.loop.settle();
  REQUIRE(f.user.size() == 1);
  CHECK(f.user[0].find(f.path + ":2:5: ") == 0);
  (void)f.value("two");
  f.source->reload();
  f.loop.settle();
  CHECK(f.user.size() == 1);
  f.write("one junk\ntwo junk\n", 30min);
  f.source->reload();
  f.loop.settle();

  CHECK(f.user.size() == 3);
  CHECK((*f.look_up("two"))->is_checked);
}

TEST_CASE("a file with very many faults does not fill the log", "[sources]") {
  Fixture f;
  std::string text;
  for (int i = 0; i < 500; ++i) text += "k" + std::to_string(i) + " junk\n";
  f.write(text);

  f.source->reload();
  f.loop.settle();

  CHECK(f.user.size() == 51);
  CHECK(f.user.back().find("450 more") != std::string::npos);
}

TEST_CASE("a map lists its keys and describes itself", "[sources]") {
  Fixture f;
  f.write("one fs:=/1\ntwo fs:=/2\n* fs:=/any\n");
  std::vector<std::string> keys;

  f.source->start_list([&](auto list) {
    REQUIRE(list);
    keys = *list;
  });
  f.loop.settle();

  CHECK(keys == std::vector<std::string>{"one", "two", "*"});
  MapInfo info = f.source->info();
  CHECK(info.name == "amd.map");
  CHECK(info.type == "file");
  CHECK(info.entries == 3);
  CHECK(info.wildcard == "fs:=/any");
}

}  // namespace amd
