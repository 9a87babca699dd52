// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCore
import KubernetesMeta

/// Turns a pod's volumes and a container's mounts into what stands in the sandbox.
struct VolumeResolver: Sendable {
    let pod: Pod
    let container: Container
    let fields: DownwardFields
    let sources: PodSources
    /// Bytes of an emptyDir without a sizeLimit.
    let defaultScratch: UInt64

    private static let injectedVolumePrefix = "kube-api-access-"

    /// Paths that are the sandbox's own.
    private static let reserved: [String] = ["/", "/proc", "/dev", "/sys", "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc"]

    func mounts() throws(PodProblem) -> [SandboxMount] {
        var mounts: [SandboxMount] = []
        for mount in container.volumeMounts ?? [] {
            guard let volume = (pod.spec?.volumes ?? []).first(where: { $0.name == mount.name }) else {
                throw PodProblem(.configuration, "volume '\(mount.name)' of a volumeMount does not exist in the pod")
            }
            mounts.append(try resolve(volume, mount))
        }
        return mounts
    }

    private func resolve(_ volume: Volume, _ mount: VolumeMount) throws(PodProblem) -> SandboxMount {
        let path = try Self.checkedPath(mount.mountPath)
        if let emptyDir = volume.emptyDir {
            guard mount.subPath == nil, mount.subPathExpr == nil else {
                throw PodProblem(
                    .configuration,
                    "volume '\(volume.name)': subPath of an emptyDir is not supported by the local node"
                )
            }
            let size = emptyDir.sizeLimit.map { UInt64(max(4096, $0.value)) } ?? defaultScratch
            return .scratch(path: path, size: size, countsAsMemory: emptyDir.medium == "Memory")
        }
        let files = try self.files(of: volume)
        guard let subPath = mount.subPath, !subPath.isEmpty else { return .readOnly(path: path, files: files) }
        guard let file = files.first(where: { $0.name == subPath }) else {
            throw PodProblem(.configuration, "volume '\(volume.name)' has no file '\(subPath)' for subPath")
        }
        return .file(path: path, file)
    }

    private func files(of volume: Volume) throws(PodProblem) -> [SandboxFile] {
        var found: [SandboxFile]
        if let source = volume.configMap {
            let name = source.name ?? ""
            let contents = sources.contents(configMap: name)
            found = try select(contents, "configmap \"\(name)\"", source.items, source.defaultMode, source.optional)
        } else if let source = volume.secret {
            let name = source.secretName ?? ""
            let contents = sources.contents(secret: name)
            found = try select(contents, "secret \"\(name)\"", source.items, source.defaultMode, source.optional)
        } else if let source = volume.downwardAPI {
            found = try downward(source.items ?? [], source.defaultMode)
        } else if let source = volume.projected {
            found = []
            for projection in source.sources ?? [] { found += try project(projection, source.defaultMode, volume.name) }
        } else {
            throw PodProblem(
                .configuration,
                "volume '\(volume.name)' is of a kind that the local node does not have; it has configMap, secret, downwardAPI, projected and emptyDir"
            )
        }
        // A later source wins, as in a kubelet's projection.
        var byName: [String: SandboxFile] = [:]
        for file in found { byName[file.name] = file }
        return byName.values.sorted { $0.name < $1.name }
    }

    private func project(_ projection: VolumeProjection, _ mode: Int32?, _ volume: String) throws(PodProblem) -> [SandboxFile] {
        // The volume that admission adds to every pod. Without a network there is no API server to show the token to, so the pod gets
        // the rest of the volume, as far as it exists.
        let isInjected = volume.hasPrefix(Self.injectedVolumePrefix)
        if isInjected, projection.serviceAccountToken != nil { return [] }
        if let source = projection.configMap {
            let name = source.name ?? ""
            let optional = isInjected ? true : source.optional
            return try select(sources.contents(configMap: name), "configmap \"\(name)\"", source.items, mode, optional)
        }
        if let source = projection.secret {
            let name = source.name ?? ""
            return try select(sources.contents(secret: name), "secret \"\(name)\"", source.items, mode, source.optional)
        }
        if let source = projection.downwardAPI { return try downward(source.items ?? [], mode) }
        throw PodProblem(
            .configuration,
            "volume '\(volume)': the local node projects configMap, secret and downwardAPI only (set automountServiceAccountToken: false)"
        )
    }

    private func select(
        _ contents: [String: [UInt8]]?,
        _ what: String,
        _ items: [KeyToPath]?,
        _ mode: Int32?,
        _ optional: Bool?
    ) throws(PodProblem) -> [SandboxFile] {
        guard let contents else {
            if optional == true { return [] }
            throw PodProblem(.configuration, "\(what) not found")
        }
        guard let items, !items.isEmpty else {
            return contents.map { SandboxFile(name: $0.key, bytes: $0.value, mode: Self.mode(mode)) }
        }
        var files: [SandboxFile] = []
        for item in items {
            guard let bytes = contents[item.key] else {
                if optional == true { continue }
                throw PodProblem(.configuration, "\(what) has no key '\(item.key)'")
            }
            files.append(SandboxFile(name: try Self.checkedName(item.path), bytes: bytes, mode: Self.mode(item.mode ?? mode)))
        }
        return files
    }

    private func downward(_ items: [DownwardAPIVolumeFile], _ mode: Int32?) throws(PodProblem) -> [SandboxFile] {
        var files: [SandboxFile] = []
        for item in items {
            var text = ""
            if let field = item.fieldRef { text = try fields.value(field.fieldPath) }
            if let resource = item.resourceFieldRef { text = try fields.value(resource, container: container) }
            files.append(
                SandboxFile(name: try Self.checkedName(item.path), bytes: Array(text.utf8), mode: Self.mode(item.mode ?? mode))
            )
        }
        return files
    }

    /// The owner, which is the program's user, can always read.
    private static func mode(_ mode: Int32?) -> UInt16 { UInt16(truncatingIfNeeded: mode ?? 0o644) & 0o777 | 0o400 }

    private static func checkedName(_ path: String) throws(PodProblem) -> String {
        guard !path.isEmpty, !path.hasPrefix("/"), !path.split(separator: "/").contains(".."), !path.utf8.contains(0) else {
            throw PodProblem(.configuration, "'\(path)' is no path below a volume")
        }
        return path
    }

    private static func checkedPath(_ path: String) throws(PodProblem) -> String {
        var parts = path.split(separator: "/").filter { $0 != "." }
        guard path.hasPrefix("/"), !parts.contains(".."), !path.utf8.contains(0) else {
            throw PodProblem(.configuration, "mountPath '\(path)' is not an absolute path")
        }
        parts.removeAll { $0.isEmpty }
        let clean = "/" + parts.joined(separator: "/")
        guard !reserved.contains(clean) else {
            throw PodProblem(.configuration, "mountPath '\(path)' is the sandbox's own; choose another one")
        }
        return clean
    }
}
