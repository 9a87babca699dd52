// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Selectors")
struct SelectorTests {
    @Test("a label selector is built from requirements and printed as requests carry it")
    func building() {
        let selector = LabelSelector(
            .equals("app", "web"),
            .notEquals("tier", "db"),
            .in("env", ["prod", "dev"]),
            .notIn("zone", ["b", "a"]),
            .exists("team"),
            .doesNotExist("legacy")
        )
        #expect(selector.description == "app=web,tier!=db,env in (dev,prod),zone notin (a,b),team,!legacy")
        #expect(LabelSelector(matchExpressions: [.exists("x")], matchLabels: ["b": "2", "a": "1"]).description == "a=1,b=2,x")
        #expect(LabelSelector().description == "")
        #expect(LabelSelector().isEmpty && !selector.isEmpty)
        #expect(LabelSelector(.exists("a")).and(LabelSelector(matchLabels: ["b": "c"])).description == "a,b=c")
        #expect(
            JSONValue(encoding: LabelSelector(.equals("app", "web")))
                == ["matchExpressions": [["key": "app", "operator": "In", "values": ["web"]]]]
        )
    }

    // The rows follow the tests of k8s.io/apimachinery/pkg/labels.
    @Test(
        "the text form is read as Kubernetes reads it",
        arguments: [
            ("", ""), ("  ", ""), ("x", "x"), ("!x", "!x"), ("! x", "!x"), ("x=a", "x=a"), ("x==a", "x=a"), ("x = a ", "x=a"),
            ("x=", "x="), ("x!=", "x!="), ("x!=a", "x!=a"), ("x=a,y=b", "x=a,y=b"), ("x in (a,b)", "x in (a,b)"),
            ("x in(a , b)", "x in (a,b)"), ("x notin (b,a),y", "x notin (a,b),y"), ("x in (a)", "x=a"),
            ("x in (a,)", "x in (,a)"),
            ("x in ()", "x="), ("example.com/name=a_b.c-d", "example.com/name=a_b.c-d"), ("in in (in)", "in=in"),
            ("notin notin (notin)", "notin!=notin"),
        ]
    )
    func parsing(text: String, printed: String) throws {
        let selector = try LabelSelector(parsing: text)
        #expect(selector.description == printed)
        #expect(try LabelSelector(parsing: selector.description).description == printed)
    }

    @Test(
        "what is no label selector is refused, with the place",
        arguments: [
            ("x=a,", "found the end"), (",x", "expected a label's key"), ("x in a", "expected '('"),
            ("x in (a", "expected ',' or ')'"),
            ("x y", "expected =, ==, !=, in or notin after x"), ("=a", "expected a label's key"), ("x=a b", "expected ','"),
            ("x>1", "'>'"), ("x<1", "'<'"), ("-x", "the key '-x'"), ("a/b/c=d", "the key 'a/b/c'"), ("UPPER.com/x", "the key"),
            ("x=-a", "the value '-a'"), ("x in (a,b c)", "expected ',' or ')'"), ("!", "expected a label's key"),
            ("x=ä", "the value 'ä'"),
            ("/x", "the key '/x'"), ("x!a", "expected ="),
        ]
    )
    func refused(text: String, part: String) throws {
        let error = #expect(throws: MetaError.self) { try LabelSelector(parsing: text) }
        #expect(error?.code == .invalidSelector)
        #expect(try #require(error).message.contains(part), "\(error?.message ?? "")")
    }

    @Test("lengths of keys and values are bounded")
    func lengths() {
        let name = String(repeating: "a", count: 63)
        #expect(LabelSyntax.isKey(name) && !LabelSyntax.isKey(name + "a"))
        #expect(LabelSyntax.isValue(name) && !LabelSyntax.isValue(name + "a"))
        #expect(LabelSyntax.isKey("\(String(repeating: "a", count: 253))/x"))
        #expect(!LabelSyntax.isKey("\(String(repeating: "a", count: 254))/x"))
        #expect(!LabelSyntax.isKey("a..b/x") && !LabelSyntax.isKey("") && LabelSyntax.isValue(""))
    }

    @Test("a selector and its printed form select the same objects", arguments: 0..<200 as Range<UInt64>)
    func sameSelection(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func pick(_ values: [String]) -> String { values.randomElement(using: &generator) ?? "" }
        let keys = ["a", "b", "example.com/c"]
        let values = ["", "1", "2", "x.y"]
        let selector = LabelSelector(
            requirements: (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                switch Int.random(in: 0...5, using: &generator) {
                case 0: .equals(pick(keys), pick(values))
                case 1: .notEquals(pick(keys), pick(values))
                case 2: .in(pick(keys), [pick(values), pick(values)])
                case 3: .notIn(pick(keys), [pick(values), pick(values)])
                case 4: .exists(pick(keys))
                default: .doesNotExist(pick(keys))
                }
            }
        )
        let read = try LabelSelector(parsing: selector.description)
        for _ in 0..<20 {
            var labels: [String: String] = [:]
            for key in keys where Bool.random(using: &generator) { labels[key] = pick(values) }
            #expect(read.matches(labels) == selector.matches(labels), "seed \(seed): \(selector) on \(labels)")
        }
    }

    @Test(
        "field selectors are printed and read with escapes",
        arguments: [
            (FieldSelector(), ""), (.name("web"), "metadata.name=web"),
            (FieldSelector(.equals("a", "1"), .notEquals("b.c", "")), "a=1,b.c!="),
            (FieldSelector(.equals("a", #"x,y=z\"#)), #"a=x\,y\=z\\"#),
        ]
    )
    func fields(selector: FieldSelector, text: String) throws {
        #expect(selector.description == text)
        #expect(try FieldSelector(parsing: text) == selector)
    }

    @Test("double equals signs and empty terms are read as Kubernetes reads them")
    func lenientFields() throws {
        #expect(try FieldSelector(parsing: "a==1,,b!=2,") == FieldSelector(.equals("a", "1"), .notEquals("b", "2")))
    }

    @Test("what is no field selector is refused", arguments: ["a", "=1", "a!1", "a=1=2", #"a=\x"#, #"a=1\"#])
    func refusedFields(text: String) {
        let error = #expect(throws: MetaError.self) { try FieldSelector(parsing: text) }
        #expect(error?.code == .invalidSelector)
    }

    @Test("a field selector selects by paths; what is missing is empty")
    func fieldMatching() {
        let pod: JSONValue = ["metadata": ["name": "a"], "spec": ["hostNetwork": true, "priority": 7, "nodeName": "n"]]
        let rows: [(FieldSelector, Bool)] = [
            (FieldSelector(), true), (.name("a"), true), (.name("b"), false),
            (FieldSelector(.equals("spec.hostNetwork", "true"), .equals("spec.priority", "7")), true),
            (FieldSelector(.notEquals("spec.nodeName", "n")), false),
            (FieldSelector(.equals("status.phase", "")), true), (FieldSelector(.notEquals("status.phase", "Failed")), true),
            (FieldSelector(.equals("spec", "")), true), (FieldSelector.name("a").and(.name("b")), false),
        ]
        for (selector, isSelected) in rows { #expect(selector.matches(pod) == isSelected, "\(selector)") }
    }
}
