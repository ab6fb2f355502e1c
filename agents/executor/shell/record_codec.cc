#include <type_traits>

#include "agents/executor/keeper/netstring.h"
#include "agents/executor/shell/journal.h"

namespace systole::executor {
namespace {

constexpr std::size_t kMaxParameters = 100000;

/// One description of each record serves writing and reading, so that both always agree.
class Writer {
 public:
  void field(const std::string& value) { put_field(out_, value); }
  void field(bool value) { put_field(out_, value ? 1 : 0); }
  template <typename Rep, typename Period>
  void field(const std::chrono::duration<Rep, Period>& value) {
    put_field(out_, value.count());
  }
  template <typename Tag, typename Rep>
  void field(const base::Id<Tag, Rep>& value) {
    put_field(out_, value.value());
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void field(Enum value) { put_field(out_, static_cast<int>(value)); }
  void field(const std::vector<Parameter>& values) {
    put_field(out_, values.size());
    for (const Parameter& each : values) {
      field(each.name);
      field(each.value);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(FieldReader& fields) : fields_(fields) {}
  void field(std::string& value) { value = fields_.text(); }
  void field(bool& value) { value = fields_.number<int>() != 0; }
  template <typename Rep, typename Period>
  void field(std::chrono::duration<Rep, Period>& value) {
    value = std::chrono::duration<Rep, Period>(fields_.number<Rep>());
  }
  template <typename Tag, typename Rep>
  void field(base::Id<Tag, Rep>& value) {
    value = base::Id<Tag, Rep>(fields_.number<Rep>());
  }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void field(Enum& value) { value = static_cast<Enum>(fields_.number<int>()); }
  void field(std::vector<Parameter>& values) {
    const std::size_t count = fields_.number<std::size_t>();
    for (std::size_t i = 0; i < count && i < kMaxParameters && fields_.good(); ++i) {
      Parameter each;
      field(each.name);
      field(each.value);
      values.push_back(std::move(each));
    }
  }

 private:
  FieldReader& fields_;
};

template <typename Archive, typename Value>
void fields_of_operation(Archive& archive, Value& operation) {
  archive.field(operation.resource);
  archive.field(operation.action);
  archive.field(operation.interval);
  archive.field(operation.timeout);
  archive.field(operation.start_delay);
  archive.field(operation.user_data);
  archive.field(operation.parameters);
  archive.field(operation.only_to_originator);
  archive.field(operation.only_changes);
}

template <typename Archive, typename Value>
void fields_of(Archive& archive, Value& record) {
  using Plain = std::remove_const_t<Value>;
  if constexpr (std::is_same_v<Plain, ResourceRecord>) {
    archive.field(record.resource.id);
    archive.field(record.resource.agent.standard);
    archive.field(record.resource.agent.provider);
    archive.field(record.resource.agent.type);
  } else if constexpr (std::is_same_v<Plain, OperationRecord>) {
    archive.field(record.call);
    fields_of_operation(archive, record.operation);
    archive.field(record.run);
    archive.field(record.reported);
    archive.field(record.last_code);
    archive.field(record.last_status);
    archive.field(record.last_run);
    archive.field(record.last_change);
  } else if constexpr (std::is_same_v<Plain, ResultRecord>) {
    archive.field(record.result.id);
    archive.field(record.result.call);
    fields_of_operation(archive, record.result.operation);
    archive.field(record.result.result.code);
    archive.field(record.result.result.status);
    archive.field(record.result.result.exit_reason);
    archive.field(record.result.result.output);
    archive.field(record.result.result.run_time);
    archive.field(record.result.resource_removed);
    archive.field(record.result.last_run);
    archive.field(record.result.last_change);
    archive.field(record.result.queue_time);
  } else {
    static_assert(std::is_same_v<Plain, CounterRecord>);
    archive.field(record.call);
    archive.field(record.run);
    archive.field(record.result);
    archive.field(record.confirmation_expected);
  }
}

template <typename Kind>
std::optional<Record> decode_as(FieldReader& fields) {
  Kind record;
  Reader reader(fields);
  fields_of(reader, record);
  if (!fields.good() || !fields.rest().empty()) return std::nullopt;
  return record;
}

}  // namespace

std::string encode(const Record& record) {
  Writer writer;
  std::visit([&](const auto& kind) { fields_of(writer, kind); }, record);
  std::string out;
  put_field(out, record.index());
  return out + writer.take();
}

std::optional<Record> decode(std::string_view bytes) {
  FieldReader fields(bytes);
  switch (fields.number<int>()) {
    case 0:
      return decode_as<ResourceRecord>(fields);
    case 1:
      return decode_as<OperationRecord>(fields);
    case 2:
      return decode_as<ResultRecord>(fields);
    case 3:
      return decode_as<CounterRecord>(fields);
    default:
      return std::nullopt;
  }
}

}  // namespace systole::executor
