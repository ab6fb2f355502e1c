#include "lib/cib/store/store.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/strings.h"

namespace systole::cib {
namespace {

namespace fs = std::filesystem;

class StoreTest : public testing::Test {
 protected:
  StoreTest() { fs::create_directories(folder_); }
  ~StoreTest() override { fs::remove_all(folder_); }

  base::Result<void> save(int epoch) {
    auto document = xml::Document::parse(
        base::cat("<cib admin_epoch=\"0\" epoch=\"", epoch,
                  "\" num_updates=\"5\"><configuration a=\"b\"/><status><x/></status></cib>"));
    return store_.save(file_text(document->root()), file_signature(document->root()));
  }
  std::string loaded_epoch() {
    auto loaded = store_.load();
    if (!loaded) return loaded.error().message;
    if (!loaded->has_value()) return "nothing";
    problems_ = (*loaded)->problems;
    return std::string((*loaded)->cib.root().attribute_or("epoch", "?"));
  }
  std::string read(const char* name) {
    std::ifstream file(folder_ / name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void damage(const char* name) { fs::resize_file(folder_ / name, 30); }

  const fs::path folder_ = fs::temp_directory_path() / ("store-test-" + std::to_string(getpid()));
  Store store_{folder_};
  std::vector<std::string> problems_;
};

TEST_F(StoreTest, NothingIsThereAtFirst) {
  EXPECT_EQ(loaded_epoch(), "nothing");
}

TEST_F(StoreTest, FileHasTheStandardForm) {
  ASSERT_TRUE(save(3).ok());
  EXPECT_EQ(read("cib.xml"),
            "<cib admin_epoch=\"0\" epoch=\"3\" num_updates=\"0\">\n"
            "  <configuration a=\"b\"/>\n</cib>\n");
  EXPECT_EQ(read("cib.xml.sig").size(), 32u);
  EXPECT_EQ(fs::status(folder_ / "cib.xml").permissions(), fs::perms(0600));
  EXPECT_EQ(loaded_epoch(), "3");
}

TEST_F(StoreTest, FilesOfRoot_BelongToTheFoldersOwner) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  ASSERT_EQ(chown(folder_.c_str(), 12345, 12346), 0);
  ASSERT_TRUE(save(1).ok());
  ASSERT_TRUE(save(2).ok());
  for (const auto& entry : fs::directory_iterator(folder_)) {
    struct stat info {};
    ASSERT_EQ(stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 12345u) << entry.path();
    EXPECT_EQ(info.st_gid, 12346u) << entry.path();
  }
}

TEST_F(StoreTest, EarlierVersionsAreKept) {
  for (int epoch = 1; epoch <= 3; ++epoch) ASSERT_TRUE(save(epoch).ok());
  EXPECT_NE(read("cib-1.raw").find("epoch=\"1\""), std::string::npos);
  EXPECT_NE(read("cib-2.raw").find("epoch=\"2\""), std::string::npos);
  EXPECT_EQ(read("cib.last"), "3");
  EXPECT_EQ(read("cib-2.raw.sig").size(), 32u);
}

TEST_F(StoreTest, BackupsGoRound) {
  for (int epoch = 1; epoch <= 103; ++epoch) ASSERT_TRUE(save(epoch).ok());
  EXPECT_EQ(read("cib.last"), "3");
  EXPECT_NE(read("cib-2.raw").find("epoch=\"102\""), std::string::npos);
  damage("cib.xml");
  EXPECT_EQ(loaded_epoch(), "102");
}

TEST_F(StoreTest, DamagedFile_FallsBackToTheNewestGoodBackup_AndIsSetAside) {
  for (int epoch = 1; epoch <= 4; ++epoch) ASSERT_TRUE(save(epoch).ok());
  damage("cib.xml");
  damage("cib-3.raw");
  EXPECT_EQ(loaded_epoch(), "2");
  EXPECT_EQ(problems_.size(), 2u);
  EXPECT_FALSE(fs::exists(folder_ / "cib.xml"));
  ASSERT_TRUE(save(9).ok());
  EXPECT_EQ(loaded_epoch(), "9");
}

TEST_F(StoreTest, WrongSignature_IsNoticed) {
  ASSERT_TRUE(save(1).ok());
  ASSERT_TRUE(save(2).ok());
  std::ofstream(folder_ / "cib.xml") << "<cib epoch=\"7\"/>";
  const auto saved = save(3);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, base::Errc::kDigestMismatch);
  EXPECT_EQ(loaded_epoch(), "1");
}

TEST_F(StoreTest, FileWithoutSignature_IsTakenAsItIs) {
  std::ofstream(folder_ / "cib.xml") << "<cib epoch=\"7\"><status/></cib>";
  EXPECT_EQ(loaded_epoch(), "7");
}

TEST_F(StoreTest, NothingUsable_IsAnError) {
  std::ofstream(folder_ / "cib.xml") << "<cib";
  const auto loaded = store_.load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, base::Errc::kDigestMismatch);
}

TEST_F(StoreTest, CrashBetweenTheTwoRenames_GivesTheOldVersion) {
  ASSERT_TRUE(save(1).ok());
  ASSERT_TRUE(save(2).ok());
  const std::string old_signature = read("cib.xml.sig");
  ASSERT_TRUE(save(3).ok());
  std::ofstream(folder_ / "cib.xml.sig") << old_signature;
  EXPECT_EQ(loaded_epoch(), "2");
}

TEST_F(StoreTest, FolderThatCannotBeWritten_ChangesNothing) {
  ASSERT_TRUE(save(1).ok());
  const auto saved = Store((folder_ / "no").string()).save("<cib/>", "x");
  ASSERT_FALSE(saved.ok());
  EXPECT_NE(saved.error().message.find("/no/"), std::string::npos);
}

TEST_F(StoreTest, FolderThatIsMissing_IsNamed) {
  const auto loaded = Store((folder_ / "no").string()).load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, base::Errc::kNoSuchFile);
  EXPECT_NE(loaded.error().message.find("/no"), std::string::npos);
}

TEST_F(StoreTest, FileThatCannotBeRead_IsNamed) {
  fs::create_directory(folder_ / "cib.xml");  // not readable, even for root
  const auto loaded = store_.load();
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code, base::Errc::kIo);
  EXPECT_NE(loaded.error().message.find("cib.xml"), std::string::npos);
}

TEST_F(StoreTest, FileThatIsMissing_IsToldAndItsBackupTaken) {
  ASSERT_TRUE(save(1).ok());
  ASSERT_TRUE(save(2).ok());
  fs::remove(folder_ / "cib.xml");
  EXPECT_EQ(loaded_epoch(), "1");
  EXPECT_EQ(problems_.size(), 1u);
}

TEST_F(StoreTest, HandEdit_IsNotOverwritten) {
  ASSERT_TRUE(save(1).ok());
  const std::string edited = read("cib.xml") + "<!-- note to myself -->";
  std::ofstream(folder_ / "cib.xml") << edited.substr(0, 10) << "x" << edited.substr(10);
  const std::string before = read("cib.xml");
  const auto saved = save(2);
  ASSERT_FALSE(saved.ok());
  EXPECT_EQ(saved.error().code, base::Errc::kDigestMismatch);
  EXPECT_NE(saved.error().message.find("cib.xml"), std::string::npos);
  EXPECT_EQ(read("cib.xml"), before);
}

// Runs `body` with files limited to `bytes`: writing fails as it does on a full disk.
template <typename Body>
void with_file_limit(rlim_t bytes, Body body) {
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = bytes;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limited), 0);
  body();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
}

TEST_F(StoreTest, DiskFull_KeepsThePreviousVersionAndNoRemains) {
  const auto files = [&] { return std::distance(fs::directory_iterator(folder_), {}); };
  ASSERT_TRUE(save(1).ok());
  ASSERT_TRUE(save(2).ok());
  const auto before = files();
  // Room for part of the text, for none of it, and (32 bytes) for part of the signature.
  for (const rlim_t bytes : {40, 0, 20}) {
    with_file_limit(bytes, [&] {
      const auto saved = save(3);
      ASSERT_FALSE(saved.ok());
      EXPECT_EQ(saved.error().code, base::Errc::kNoSpace) << saved.error().message;
      EXPECT_NE(saved.error().message.find("cib.xml"), std::string::npos);
    });
    EXPECT_EQ(files(), before);
    EXPECT_EQ(loaded_epoch(), "2");
  }
  ASSERT_TRUE(save(3).ok());
  EXPECT_EQ(loaded_epoch(), "3");
}

TEST_F(StoreTest, KeepAside_WritesBeside) {
  const auto path = store_.keep_aside("conflict", "<cib/>");
  ASSERT_TRUE(path.ok());
  EXPECT_EQ(read("conflict.xml"), "<cib/>");
  EXPECT_EQ(loaded_epoch(), "nothing");
}

}  // namespace
}  // namespace systole::cib
