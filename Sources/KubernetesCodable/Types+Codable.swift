// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesCore
public import KubernetesJSON
public import KubernetesMeta

// The parts that objects of every kind have.

extension JSONValue: JSONCodable {}
extension RawJSON: JSONCodable {}

extension Base64Data: JSONCodable {}
extension Condition: JSONCodable {}
extension DynamicObject: JSONCodable {}
extension GroupVersionKind: JSONCodable {}
extension GroupVersionResource: JSONCodable {}
extension IntOrString: JSONCodable {}
extension LabelSelector: JSONCodable {}
extension LabelSelectorRequirement: JSONCodable {}
extension ListMeta: JSONCodable {}
extension MicroTime: JSONCodable {}
extension ObjectMeta: JSONCodable {}
extension OwnerReference: JSONCodable {}
extension Quantity: JSONCodable {}
extension Time: JSONCodable {}

// What custom resources often hold.

extension Affinity: JSONCodable {}
extension ConfigMapKeySelector: JSONCodable {}
extension Container: JSONCodable {}
extension ContainerPort: JSONCodable {}
extension EnvFromSource: JSONCodable {}
extension EnvVar: JSONCodable {}
extension EnvVarSource: JSONCodable {}
extension LocalObjectReference: JSONCodable {}
extension NodeAffinity: JSONCodable {}
extension NodeSelector: JSONCodable {}
extension ObjectReference: JSONCodable {}
extension PersistentVolumeClaimSpec: JSONCodable {}
extension PersistentVolumeClaimTemplate: JSONCodable {}
extension PodAffinity: JSONCodable {}
extension PodAntiAffinity: JSONCodable {}
extension PodSecurityContext: JSONCodable {}
extension PodSpec: JSONCodable {}
extension PodTemplateSpec: JSONCodable {}
extension Probe: JSONCodable {}
extension ResourceRequirements: JSONCodable {}
extension SecretKeySelector: JSONCodable {}
extension SecretReference: JSONCodable {}
extension SecurityContext: JSONCodable {}
extension ServicePort: JSONCodable {}
extension ServiceSpec: JSONCodable {}
extension Toleration: JSONCodable {}
extension TopologySpreadConstraint: JSONCodable {}
extension TypedLocalObjectReference: JSONCodable {}
extension TypedObjectReference: JSONCodable {}
extension Volume: JSONCodable {}
extension VolumeMount: JSONCodable {}
