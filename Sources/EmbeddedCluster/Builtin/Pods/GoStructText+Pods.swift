// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The internal structs of pods (`k8s.io/kubernetes/pkg/apis/core`), field by field in the order of their declaration.
extension GoStructText.Shape {
    private typealias Field = GoStructText.Field

    static let podSpec = GoStructText.Shape.structure([
        Field("Volumes", .list(volume)), Field("InitContainers", .list(container)), Field("Containers", .list(container)),
        Field("EphemeralContainers", .list(ephemeralContainer)), Field("RestartPolicy", text),
        Field("TerminationGracePeriodSeconds"),
        Field("ActiveDeadlineSeconds"), Field("DNSPolicy", text), Field("NodeSelector"), Field("ServiceAccountName", text),
        Field("AutomountServiceAccountToken"), Field("NodeName", text), Field("SecurityContext", podSecurityContext),
        Field("ImagePullSecrets", .unknown), Field("Hostname", text), Field("Subdomain", text), Field("SetHostnameAsFQDN"),
        Field("Affinity", .unknown), Field("SchedulerName", text), Field("Tolerations", .list(toleration)),
        Field("HostAliases", .unknown),
        Field("PriorityClassName", text), Field("Priority"), Field("PreemptionPolicy"), Field("DNSConfig", .unknown),
        Field("ReadinessGates", .unknown), Field("RuntimeClassName"), Field("Overhead"), Field("EnableServiceLinks"),
        Field("TopologySpreadConstraints", .unknown), Field("OS", .unknown), Field("SchedulingGates", .unknown),
        Field("ResourceClaims", .unknown), Field("Resources", .unknown), Field("HostnameOverride"),
    ])

    static let securityContext = GoStructText.Shape.structure([
        Field("Capabilities", .structure([Field("Add"), Field("Drop")])), Field("Privileged"),
        Field("SELinuxOptions", .unknown, json: "seLinuxOptions"), Field("WindowsOptions", .unknown), Field("RunAsUser"),
        Field("RunAsGroup"),
        Field("RunAsNonRoot"), Field("ReadOnlyRootFilesystem"), Field("AllowPrivilegeEscalation"), Field("ProcMount"),
        Field("SeccompProfile", .unknown), Field("AppArmorProfile", .unknown),
    ])

    private static let text = GoStructText.Shape.value("")
    private static let flag = GoStructText.Shape.value(false)
    private static let number = GoStructText.Shape.value(0)

    // The host namespaces are fields of the spec in JSON; `podSpecForText` moves them.
    private static let podSecurityContext = GoStructText.Shape.structure([
        Field("HostNetwork", flag), Field("HostPID", flag), Field("HostIPC", flag), Field("ShareProcessNamespace"),
        Field("HostUsers"),
        Field("SELinuxOptions", .unknown, json: "seLinuxOptions"), Field("WindowsOptions", .unknown), Field("RunAsUser"),
        Field("RunAsGroup"),
        Field("RunAsNonRoot"), Field("SupplementalGroups"), Field("SupplementalGroupsPolicy"), Field("FSGroup"),
        Field("FSGroupChangePolicy"),
        Field("Sysctls", .unknown), Field("SeccompProfile", .unknown), Field("AppArmorProfile", .unknown),
        Field("SELinuxChangePolicy", json: "seLinuxChangePolicy"),
    ])

    /// The spec with those fields in its security context that are there in Go.
    static func podSpecForText(_ spec: JSONValue) -> JSONValue {
        let given = spec
        var spec = spec
        spec.change("securityContext") { context in
            for name in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers"] {
                if let value = given[name] { context[name] = value }
            }
        }
        return spec
    }

    private static let containerFields: [Field] = [
        Field("Name", text), Field("Image", text), Field("Command"), Field("Args"), Field("WorkingDir", text),
        Field("Ports", .list(port)),
        Field("EnvFrom", .unknown), Field("Env", .list(variable)),
        Field("Resources", .embedded([Field("Limits"), Field("Requests"), Field("Claims", .unknown)])),
        Field("ResizePolicy", .unknown),
        Field("RestartPolicy"), Field("RestartPolicyRules", .unknown), Field("VolumeMounts", .list(mount)),
        Field("VolumeDevices", .unknown),
        Field("LivenessProbe", .unknown), Field("ReadinessProbe", .unknown), Field("StartupProbe", .unknown),
        Field("Lifecycle", .unknown),
        Field("TerminationMessagePath", text), Field("TerminationMessagePolicy", text), Field("ImagePullPolicy", text),
        Field("SecurityContext", securityContext), Field("Stdin", flag), Field("StdinOnce", flag), Field("TTY", flag),
    ]

    private static let container = GoStructText.Shape.structure(containerFields)
    private static let ephemeralContainer = GoStructText.Shape.structure(containerFields + [Field("TargetContainerName", text)])

    private static let port = GoStructText.Shape.structure([
        Field("Name", text), Field("HostPort", number), Field("ContainerPort", number), Field("Protocol", text),
        Field("HostIP", text),
    ])

    private static let variable = GoStructText.Shape.structure([
        Field("Name", text), Field("Value", text),
        Field(
            "ValueFrom",
            .structure([
                Field("FieldRef", .structure([Field("APIVersion", text), Field("FieldPath", text)])),
                Field("ResourceFieldRef", .unknown),
                Field("ConfigMapKeyRef", .structure([Field("Name", text), Field("Key", text), Field("Optional")])),
                Field("SecretKeyRef", .structure([Field("Name", text), Field("Key", text), Field("Optional")])),
                Field("FileKeyRef", .unknown),
            ])
        ),
    ])

    private static let mount = GoStructText.Shape.structure([
        Field("Name", text), Field("ReadOnly", flag), Field("RecursiveReadOnly"), Field("MountPath", text),
        Field("SubPath", text),
        Field("MountPropagation"), Field("SubPathExpr", text),
    ])

    private static let toleration = GoStructText.Shape.structure([
        Field("Key", text), Field("Operator", text), Field("Value", text), Field("Effect", text), Field("TolerationSeconds"),
    ])

    private static let volume = GoStructText.Shape.structure([
        Field("Name", text), Field("HostPath", .unknown),
        Field("EmptyDir", .structure([Field("Medium", text), Field("SizeLimit")])),
        Field("GCEPersistentDisk", .unknown), Field("AWSElasticBlockStore", .unknown), Field("GitRepo", .unknown),
        Field("Secret", .unknown),
        Field("NFS", .unknown), Field("ISCSI", .unknown), Field("Glusterfs", .unknown), Field("PersistentVolumeClaim", .unknown),
        Field("RBD", .unknown), Field("Quobyte", .unknown), Field("FlexVolume", .unknown), Field("Cinder", .unknown),
        Field("CephFS", .unknown, json: "cephfs"), Field("Flocker", .unknown),
        Field("DownwardAPI", .unknown, json: "downwardAPI"),
        Field("FC", .unknown), Field("AzureFile", .unknown), Field("ConfigMap", .unknown), Field("VsphereVolume", .unknown),
        Field("AzureDisk", .unknown), Field("PhotonPersistentDisk", .unknown), Field("Projected", .unknown),
        Field("PortworxVolume", .unknown),
        Field("ScaleIO", .unknown, json: "scaleIO"), Field("StorageOS", .unknown, json: "storageos"), Field("CSI", .unknown),
        Field("Ephemeral", .unknown), Field("Image", .unknown),
    ])
}
