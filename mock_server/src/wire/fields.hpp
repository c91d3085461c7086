#pragma once
/// One field of a resource as the API shows it. The same rows make a resource's JSON, read it from a world, check what
/// a client sends, and describe it in the JSON Schema of worlds.

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/document.hpp"
#include "model/model.hpp"

namespace understudy::wire {

using model::json;

/// What a field is for, beside being shown.
enum Use : unsigned {
  kShow = 0,
  kPatch = 1U << 0U,   ///< a client may change it
  kCreate = 1U << 1U,  ///< a client may give it when it creates the resource
  kHidden = 1U << 2U,  ///< in a world only; the API does not show it
};

/// A value that a field cannot have; the text says what was expected.
struct FieldError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Shape { kText, kFlag, kInteger, kNumber, kTime, kObject, kList, kTexts };
[[nodiscard]] json schema_of_shape(Shape shape, bool nullable);
/// Throws FieldError unless `value` has that shape.
void expect_shape(const json& value, Shape shape, bool nullable);
[[nodiscard]] Time time_from(const json& value);  ///< throws FieldError

template <class T>
struct Field {
  std::string name;
  std::string help;
  json schema;
  unsigned use = kShow;
  std::function<json(const T&)> get;         ///< json::value_t::discarded = leave the key out
  std::function<void(T&, const json&)> set;  ///< throws FieldError
};
template <class T>
using Fields = std::vector<Field<T>>;

template <class T, class Owner>
Field<T> text(std::string name, std::string Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kText, false),
          use,
          [member](const T& t) { return json(t.*member); },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kText, false);
            t.*member = value.template get<std::string>();
          }};
}

template <class T, class Owner>
Field<T> optional_text(std::string name, std::optional<std::string> Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kText, true),
          use,
          [member](const T& t) { return (t.*member) ? json(*(t.*member)) : json(nullptr); },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kText, true);
            if (value.is_null())
              (t.*member).reset();
            else
              t.*member = value.template get<std::string>();
          }};
}

template <class T, class Owner>
Field<T> flag(std::string name, bool Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kFlag, false),
          use,
          [member](const T& t) { return json(t.*member); },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kFlag, false);
            t.*member = value.template get<bool>();
          }};
}

template <class T, class Owner>
Field<T> integer(std::string name, int Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kInteger, false),
          use,
          [member](const T& t) { return json(t.*member); },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kInteger, false);
            t.*member = value.template get<int>();
          }};
}

template <class T, class Owner>
Field<T> texts(std::string name, std::vector<std::string> Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kTexts, false),
          use,
          [member](const T& t) { return json(t.*member); },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kTexts, false);
            t.*member = value.template get<std::vector<std::string>>();
          }};
}

template <class T, class Owner>
Field<T> object(std::string name, json Owner::*member, unsigned use, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kObject, false),
          use,
          [member](const T& t) { return t.*member; },
          [member](T& t, const json& value) {
            expect_shape(value, Shape::kObject, false);
            t.*member = value;
          }};
}

template <class T, class Owner>
Field<T> time(std::string name, Time Owner::*member, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kTime, false),
          kShow,
          [member](const T& t) { return json(format_time(t.*member)); },
          [member](T& t, const json& value) { t.*member = time_from(value); }};
}

template <class T, class Owner>
Field<T> optional_time(std::string name, std::optional<Time> Owner::*member, std::string help) {
  return {std::move(name),
          std::move(help),
          schema_of_shape(Shape::kTime, true),
          kShow,
          [member](const T& t) { return (t.*member) ? json(format_time(*(t.*member))) : json(nullptr); },
          [member](T& t, const json& value) {
            if (value.is_null())
              (t.*member).reset();
            else
              t.*member = time_from(value);
          }};
}

/// A field whose value is one of the names of an enum. A value that has no name is shown as null.
template <class T, class Owner, class E, std::size_t N>
Field<T> choice(std::string name, E Owner::*member, const model::EnumName<E> (&names)[N], unsigned use,
                std::string help) {
  std::vector<std::string> known;
  for (const model::EnumName<E>& row : names) known.emplace_back(row.name);
  return {std::move(name),
          std::move(help),
          json{{"enum", known}},
          use,
          [member, &names](const T& t) {
            const std::string_view shown = model::name_of(names, t.*member);
            return shown.empty() ? json(nullptr) : json(shown);
          },
          [member, &names, known](T& t, const json& value) {
            expect_shape(value, Shape::kText, false);
            const auto chosen = model::value_of(names, value.template get<std::string>());
            if (chosen) {
              t.*member = *chosen;
              return;
            }
            std::string list;
            for (const std::string& word : known) list += (list.empty() ? "" : ", ") + word;
            const std::string hint = did_you_mean(value.template get<std::string>(), known);
            throw FieldError{"expected one of " + list + (hint.empty() ? "" : "; " + hint)};
          }};
}

/// A field that no rule reads: kept in `extra`, shown with `fallback` until somebody sets it.
template <class T>
Field<T> plain(const std::string& name, Shape shape, bool nullable, const json& fallback, unsigned use,
               std::string help) {
  return {name,
          std::move(help),
          schema_of_shape(shape, nullable),
          use,
          [name, fallback](const T& t) { return t.extra.contains(name) ? t.extra.at(name) : fallback; },
          [name, shape, nullable](T& t, const json& value) {
            expect_shape(value, shape, nullable);
            t.extra[name] = value;
          }};
}

/// A field that follows from others; a world cannot set it.
template <class T>
Field<T> derived(std::string name, std::function<json(const T&)> get, std::string help) {
  return {std::move(name), std::move(help), json::object(), kShow, std::move(get), nullptr};
}

template <class T>
[[nodiscard]] json show(const T& resource, const Fields<T>& fields) {
  json result = json::object();
  for (const Field<T>& field : fields) {
    if ((field.use & kHidden) != 0) continue;
    json value = field.get(resource);
    if (!value.is_discarded()) result[field.name] = std::move(value);
  }
  return result;
}

/// Takes from `body` every field with one of `uses`. Returns what was wrong, by field (`detail` of a 400); then
/// `resource` is unchanged. Keys that the platform does not know are ignored, as it does.
template <class T>
[[nodiscard]] json apply(T& resource, const Fields<T>& fields, const json& body, unsigned uses) {
  json problems = json::object();
  T changed = resource;
  for (const Field<T>& field : fields) {
    if ((field.use & uses) == 0 || !body.contains(field.name)) continue;
    try {
      field.set(changed, body.at(field.name));
    } catch (const FieldError& e) {
      problems[field.name] = e.what();
    }
  }
  if (problems.empty()) resource = std::move(changed);
  return problems;
}

/// The same rows as keys of a world's map.
template <class T>
[[nodiscard]] Keys<T> world_keys(const Fields<T>& fields) {
  Keys<T> keys;
  for (const Field<T>& field : fields) {
    if (!field.set) continue;
    keys.push_back({field.name, field.help, field.schema, [&field](T& into, const Node& value) {
                      try {
                        field.set(into, value.to_json());
                      } catch (const FieldError& e) {
                        throw InputError{value.at(), field.name + ": " + e.what()};
                      }
                    }});
  }
  return keys;
}

}  // namespace understudy::wire
