// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// The fields of ``PodDocument`` as a program would write them for `JSONDecoder`: fewer than the generated types have, in its favour.
struct CodablePod: Codable {
    struct Metadata: Codable {
        struct Owner: Codable {
            var apiVersion, kind, name, uid: String
            var controller, blockOwnerDeletion: Bool?
        }

        var name, generateName, namespace, uid, resourceVersion: String?
        var generation: Int64?
        var creationTimestamp: String?
        var labels, annotations: [String: String]?
        var ownerReferences: [Owner]?
    }

    struct KeyToPath: Codable { var key, path: String }

    struct FieldRef: Codable {
        var apiVersion: String?
        var fieldPath: String
    }

    struct ConfigMapSource: Codable {
        var name: String?
        var items: [KeyToPath]?
        var defaultMode: Int32?
    }

    struct Volume: Codable {
        struct EmptyDir: Codable { var sizeLimit: String? }

        struct Projected: Codable {
            struct Source: Codable {
                struct Token: Codable {
                    var expirationSeconds: Int64?
                    var path: String
                }

                struct DownwardAPI: Codable {
                    struct Item: Codable {
                        var path: String
                        var fieldRef: FieldRef?
                    }

                    var items: [Item]?
                }

                var serviceAccountToken: Token?
                var configMap: ConfigMapSource?
                var downwardAPI: DownwardAPI?
            }

            var sources: [Source]?
            var defaultMode: Int32?
        }

        var name: String
        var configMap: ConfigMapSource?
        var emptyDir: EmptyDir?
        var projected: Projected?
    }

    struct Container: Codable {
        struct Port: Codable {
            var name: String?
            var containerPort: Int32
            var `protocol`: String?
        }

        struct Env: Codable {
            struct Source: Codable {
                struct SecretKey: Codable {
                    var name: String?
                    var key: String
                }

                var fieldRef: FieldRef?
                var secretKeyRef: SecretKey?
            }

            var name: String
            var value: String?
            var valueFrom: Source?
        }

        struct Resources: Codable { var limits, requests: [String: String]? }

        struct Mount: Codable {
            var name, mountPath: String
            var readOnly: Bool?
        }

        struct Probe: Codable {
            struct Get: Codable {
                enum Port: Codable {
                    case int(Int32)
                    case string(String)

                    init(from decoder: any Decoder) throws {
                        let container = try decoder.singleValueContainer()
                        if let value = try? container.decode(Int32.self) {
                            self = .int(value)
                        } else {
                            self = .string(try container.decode(String.self))
                        }
                    }

                    func encode(to encoder: any Encoder) throws {
                        var container = encoder.singleValueContainer()
                        switch self {
                        case .int(let value): try container.encode(value)
                        case .string(let value): try container.encode(value)
                        }
                    }
                }

                var path: String?
                var port: Port
                var scheme: String?
            }

            var httpGet: Get?
            var initialDelaySeconds, timeoutSeconds, periodSeconds, successThreshold, failureThreshold: Int32?
        }

        struct Security: Codable {
            struct Capabilities: Codable { var drop: [String]? }

            var capabilities: Capabilities?
            var runAsNonRoot, readOnlyRootFilesystem, allowPrivilegeEscalation: Bool?
        }

        var name: String
        var image: String?
        var args: [String]?
        var ports: [Port]?
        var env: [Env]?
        var resources: Resources?
        var volumeMounts: [Mount]?
        var livenessProbe, readinessProbe: Probe?
        var terminationMessagePath, terminationMessagePolicy, imagePullPolicy: String?
        var securityContext: Security?
    }

    struct Spec: Codable {
        struct Security: Codable { var fsGroup: Int64? }

        struct Toleration: Codable {
            var key, `operator`, effect: String?
            var tolerationSeconds: Int64?
        }

        var volumes: [Volume]?
        var containers: [Container]
        var restartPolicy, dnsPolicy: String?
        var terminationGracePeriodSeconds: Int64?
        var nodeSelector: [String: String]?
        var serviceAccountName, serviceAccount, nodeName, schedulerName, preemptionPolicy: String?
        var securityContext: Security?
        var tolerations: [Toleration]?
        var priority: Int32?
        var enableServiceLinks: Bool?
    }

    struct Status: Codable {
        struct Condition: Codable {
            var type, status: String
            var lastTransitionTime: String?
        }

        struct IP: Codable { var ip: String }

        struct ContainerStatus: Codable {
            struct State: Codable {
                struct Running: Codable { var startedAt: String? }

                var running: Running?
            }

            var name: String
            var state, lastState: State?
            var ready: Bool
            var restartCount: Int32
            var image, imageID: String
            var containerID: String?
            var started: Bool?
        }

        var observedGeneration: Int64?
        var phase: String?
        var conditions: [Condition]?
        var hostIP, podIP, startTime, qosClass: String?
        var podIPs: [IP]?
        var containerStatuses: [ContainerStatus]?
    }

    var kind, apiVersion: String?
    var metadata: Metadata
    var spec: Spec?
    var status: Status?
}
