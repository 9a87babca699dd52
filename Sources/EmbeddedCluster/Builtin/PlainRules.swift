// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A kind that is stored and served with nothing particular about it.
struct PlainRules: KindRules {
    var nameRule = NameRule.subdomain
    var table: any KindTable = GenericTable()
}
