// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

#if os(Linux)
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// What /proc says of this process.
    struct ProcessReading {
        let cpuSeconds: Double
        let residentBytes: Double
        let virtualBytes: Double
        let startSeconds: Double
        let openDescriptors: Double
        let maximumDescriptors: Double

        init?() {
            guard let stat = Self.text(of: "/proc/self/stat"), let nameEnd = stat.lastIndex(of: ")"),
                let bootSeconds = Self.bootSeconds()
            else { return nil }
            // Fields are counted from 1 in proc(5); the first after the name is the third.
            let fields = stat[stat.index(after: nameEnd)...].split(separator: " ").map { Double($0) ?? 0 }
            guard fields.count > 21 else { return nil }
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            cpuSeconds = (fields[11] + fields[12]) / ticks
            startSeconds = bootSeconds + fields[19] / ticks
            virtualBytes = fields[20]
            residentBytes = fields[21] * Double(sysconf(Int32(_SC_PAGESIZE)))
            openDescriptors = Self.countDescriptors()
            var limit = rlimit()
            maximumDescriptors = getrlimit(Self.descriptorLimit, &limit) == 0 ? Double(limit.rlim_cur) : 0
        }

        #if canImport(Glibc)
            private static let descriptorLimit = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        #else
            private static let descriptorLimit = RLIMIT_NOFILE
        #endif

        private static func bootSeconds() -> Double? {
            guard let line = text(of: "/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }) else {
                return nil
            }
            return Double(line.dropFirst(6))
        }

        private static func countDescriptors() -> Double {
            guard let directory = opendir("/proc/self/fd") else { return 0 }
            defer { closedir(directory) }
            var count = 0
            while readdir(directory) != nil { count += 1 }
            // "." and "..", and the descriptor of this very directory.
            return Double(max(0, count - 3))
        }

        private static func text(of path: String) -> String? {
            guard let file = fopen(path, "r") else { return nil }
            defer { fclose(file) }
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = fread(&chunk, 1, chunk.count, file)
                if count == 0 { break }
                bytes += chunk.prefix(count)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
#endif
