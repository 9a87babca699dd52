// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

@testable import KubernetesClient

/// A kubeconfig: YAML, the form of the file, and what each of its contexts makes of it.
enum KubeconfigTarget: FuzzTarget {
    private static let path = "/nonexistent/config"

    static func check(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return }
        let config: Kubeconfig
        do throws(ClientError) {
            config = try Kubeconfig(yaml: text, path: path)
        } catch {
            claimNamesFile(error)
            return
        }
        checkWriting(config)
        resolve(config, nil)
        for context in config.names(in: .contexts).prefix(8) { resolve(config, context) }
        checkChange(config)
    }

    private static func checkWriting(_ config: Kubeconfig) {
        do throws(ClientError) {
            let written = try config.yaml
            let again = try Kubeconfig(yaml: written, path: path)
            claim(again.document == config.document, "what is written is read as the same: \(written.debugDescription)")
        } catch {
            claim(false, "what was read can be written and read: \(error)")
        }
    }

    private static func resolve(_ config: Kubeconfig, _ context: String?) {
        let files = KubeconfigFiles([KubeconfigFiles.File(path: path, config: config)])
        do throws(ClientError) {
            _ = try KubeconfigResolver(files: files).configuration(context: context)
        } catch {
            claimNamesFile(error)
            let namesKey = error.message.contains(" at ") || error.message.contains(" has no ")
            claim(namesKey, "a problem names its place: \(error.message)")
        }
    }

    private static func checkChange(_ config: Kubeconfig) {
        var changed = config
        changed.upsert("fuzz", in: .contexts, ["cluster": "c"])
        claim(changed.entry("fuzz", in: .contexts) == ["cluster": "c"], "an entry that was put in is there")
        changed.remove("fuzz", from: .contexts)
        claim(changed.entry("fuzz", in: .contexts) == nil, "an entry that was removed is gone")
        for name in config.names(in: .contexts) where name != "fuzz" {
            claim(changed.entry(name, in: .contexts) == config.entry(name, in: .contexts), "other entries stay")
        }
    }

    private static func claimNamesFile(_ error: ClientError) {
        claimOneLine(error.message)
        claim(error.message.hasPrefix("kubeconfig \(path) "), "a problem names its file: \(error.message)")
        claim(error.code == .configuration, "a problem is one of the configuration: \(error)")
    }
}
