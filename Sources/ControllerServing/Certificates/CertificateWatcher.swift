// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import KubernetesClient
import Logging
public import ServiceLifecycle

/// Reads a server's certificate and key from files and follows their changes, as cert-manager or a mounted Secret makes them.
///
/// The files are read again at each interval; what has changed and fits together is shown from the next handshake on. While the two files
/// do not fit, as in the middle of a rotation, or one cannot be read, the old certificate stays in use, `certwatcher_read_certificate_errors_total` counts
/// and the log says why, once for each reason.
public struct CertificateWatcher: Service {
    /// Where the certificate is shown to servers.
    public let holder: CertificateHolder
    private let certificatePath: String
    private let keyPath: String
    private let interval: Duration
    private let environment: RuntimeEnvironment
    private let reads: MetricCounter
    private let errors: MetricCounter

    /// A watcher that reads nothing before `run()`.
    ///
    /// - Parameters:
    ///   - certificatePath: A PEM file, the server's certificate first.
    ///   - keyPath: A PEM file with its key.
    ///   - interval: Between two readings, 10 s by default.
    public init(
        certificatePath: String,
        keyPath: String,
        holder: CertificateHolder = CertificateHolder(),
        interval: Duration = .seconds(10),
        environment: RuntimeEnvironment
    ) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.holder = holder
        self.interval = interval
        self.environment = environment
        reads = environment.metrics.counter(
            "certwatcher_read_certificate_total",
            help: "Total number of certificate reads"
        )
        errors = environment.metrics.counter(
            "certwatcher_read_certificate_errors_total",
            help: "Total number of certificate read errors"
        )
    }

    /// Reads until the surrounding service group shuts down or the task is canceled.
    ///
    /// - Throws: ``ServingError`` when there has been no usable certificate for ten seconds from the start.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard let first = try await firstPair() else { return }
            await follow(from: first)
        }
    }

    /// The first pair; files that are about to be mounted are waited for. Nil when canceled.
    private func firstPair() async throws(ServingError) -> Files? {
        var attempts = Self.firstAttempts
        while true {
            do throws(ServingError) {
                let files = try read()
                holder.update(try pair(of: files))
                return files
            } catch {
                errors.increment()
                attempts -= 1
                guard attempts > 0 else { throw error }
                environment.logger.info("waiting for the certificate: \(error)")
            }
            do { try await environment.time.sleep(for: .seconds(1)) } catch { return nil }
        }
    }

    private func follow(from first: Files) async {
        var shown = first
        var lastComplaint: String?
        while true {
            do { try await environment.time.sleep(for: interval) } catch { return }
            do throws(ServingError) {
                let files = try read()
                if files != shown {
                    holder.update(try pair(of: files))
                    shown = files
                    environment.logger.info("serving with a new certificate", metadata: ["file": "\(certificatePath)"])
                }
                lastComplaint = nil
            } catch {
                errors.increment()
                if lastComplaint != error.message {
                    environment.logger.error("the new certificate cannot be used, the old one stays: \(error)")
                }
                lastComplaint = error.message
            }
        }
    }

    private struct Files: Equatable {
        var certificate: [UInt8]
        var key: [UInt8]
    }

    private func read() throws(ServingError) -> Files {
        reads.increment()
        return Files(certificate: try Self.read(certificatePath), key: try Self.read(keyPath))
    }

    private func pair(of files: Files) throws(ServingError) -> CertificatePair {
        do throws(ServingError) {
            return try CertificatePair(certificatePEM: files.certificate, keyPEM: files.key)
        } catch {
            throw ServingError(.certificate, "\(certificatePath), \(keyPath): \(error.message)", underlying: error)
        }
    }

    private static func read(_ path: String) throws(ServingError) -> [UInt8] {
        do { return try SmallFile.read(path, limit: maximumFileBytes) } catch {
            throw ServingError(.certificate, "\(path): \(error); make it readable or name another file", underlying: error)
        }
    }

    private static let firstAttempts = 10
    private static let maximumFileBytes = 1 << 20
}
