// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Adds up what a whole sandbox holds: its processes, its `/dev/shm` and other memory volumes, and the result file.
///
/// The sandbox's own /proc, opened from outside, lists exactly its processes. Runs on the pump's thread; a sample costs some
/// microseconds per process.
struct MemorySampler {
    private let processes: Descriptor
    private let volumes: [(directory: Descriptor, countsAsMemory: Bool)]
    private let message: Descriptor
    let limit: UInt64

    init(
        root: Descriptor,
        plan: SandboxPlan,
        volumes directories: [String: Descriptor],
        message: Descriptor,
        limit: UInt64
    ) throws(LocalNodeError) {
        processes = try Descriptor.open("proc", beneath: root, O_RDONLY | O_DIRECTORY)
        var volumes: [(Descriptor, Bool)] = []
        for case .scratch(let path, _, let countsAsMemory) in plan.orderedMounts {
            if let directory = directories[path] { volumes.append((directory, countsAsMemory)) }
        }
        self.volumes = volumes
        self.message = message
        self.limit = limit
    }

    /// Whether the sandbox holds more than its limit. Looks closely only when the cheap sum says so.
    func isOverLimit() -> Bool {
        let pids = processIDs()
        let fixed = volumeBytes()
        let rough = pids.reduce(fixed) { $0 + usage(of: $1, file: "status", MemoryUsage.init(status:)) }
        guard rough > limit else { return false }
        guard pids.count > 1 else { return true }
        return pids.reduce(fixed) { $0 + usage(of: $1, file: "smaps_rollup", MemoryUsage.init(rollup:)) } > limit
    }

    private func usage(of pid: String, file: String, _ parse: (String) -> MemoryUsage) -> UInt64 {
        let number = openat(processes.number, "\(pid)/\(file)", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return 0 }  // it has ended
        defer { close(number) }
        guard let bytes = TextFile.contents(of: number, upTo: 16384) else { return 0 }
        return parse(String(decoding: bytes, as: UTF8.self)).bytes
    }

    private func volumeBytes() -> UInt64 {
        var total: UInt64 = 0
        for volume in volumes {
            var information = statvfs()
            guard fstatvfs(volume.directory.number, &information) == 0 else { continue }
            // A million empty files fill no volume, but about a kibibyte of the kernel's memory each.
            total += UInt64(information.f_files - information.f_ffree) * 1024
            if volume.countsAsMemory {
                total += UInt64(information.f_blocks - information.f_bfree) * UInt64(information.f_frsize)
            }
        }
        var information = stat()
        if fstat(message.number, &information) == 0 { total += UInt64(information.st_blocks) * 512 }
        return total
    }

    private func processIDs() -> [String] {
        // A directory stream owns its descriptor and moves its position, so each sample opens its own.
        let number = openat(processes.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return [] }
        guard let directory = fdopendir(number) else {
            close(number)
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) { names.append(name) }
        }
        return names
    }
}
