/**
 * Values that the API server accepts and that Kubernetes' published definitions leave out: they say only `string`.
 * Source: the constants and validation of k8s.io/api and k8s.io/kubernetes/pkg/apis at v1.35.
 * Keys: `<definition's last two names>.<property>`, as in `core.v1.ServicePort.protocol`.
 */
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
const SELECTOR_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

export const enumerations: Readonly<Record<string, readonly string[]>> = {
  'core.v1.ContainerPort.protocol': PROTOCOLS,
  'core.v1.ServicePort.protocol': PROTOCOLS,
  'core.v1.ServiceSpec.type': ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'],
  'core.v1.ServiceSpec.sessionAffinity': ['ClientIP', 'None'],
  'core.v1.ServiceSpec.externalTrafficPolicy': ['Cluster', 'Local'],
  'core.v1.ServiceSpec.internalTrafficPolicy': ['Cluster', 'Local'],
  'core.v1.Container.imagePullPolicy': ['Always', 'Never', 'IfNotPresent'],
  'core.v1.Container.terminationMessagePolicy': ['File', 'FallbackToLogsOnError'],
  'core.v1.PodSpec.restartPolicy': ['Always', 'OnFailure', 'Never'],
  'core.v1.PodSpec.dnsPolicy': ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
  'core.v1.PodSpec.preemptionPolicy': ['PreemptLowerPriority', 'Never'],
  'core.v1.Toleration.operator': ['Exists', 'Equal'],
  'core.v1.Toleration.effect': ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
  'core.v1.NodeSelectorRequirement.operator': [...SELECTOR_OPERATORS, 'Gt', 'Lt'],
  'core.v1.TopologySpreadConstraint.whenUnsatisfiable': ['DoNotSchedule', 'ScheduleAnyway'],
  'core.v1.TopologySpreadConstraint.nodeAffinityPolicy': ['Honor', 'Ignore'],
  'core.v1.TopologySpreadConstraint.nodeTaintsPolicy': ['Honor', 'Ignore'],
  'core.v1.SeccompProfile.type': ['RuntimeDefault', 'Localhost', 'Unconfined'],
  'core.v1.EmptyDirVolumeSource.medium': ['', 'Memory', 'HugePages'],
  'core.v1.HTTPGetAction.scheme': ['HTTP', 'HTTPS'],
  'core.v1.VolumeMount.mountPropagation': ['None', 'HostToContainer', 'Bidirectional'],
  'core.v1.LimitRangeItem.type': ['Container', 'Pod', 'PersistentVolumeClaim'],
  'v1.LabelSelectorRequirement.operator': SELECTOR_OPERATORS,
  'apps.v1.DeploymentStrategy.type': ['Recreate', 'RollingUpdate'],
  'apps.v1.StatefulSetUpdateStrategy.type': ['OnDelete', 'RollingUpdate'],
  'apps.v1.DaemonSetUpdateStrategy.type': ['OnDelete', 'RollingUpdate'],
  'apps.v1.StatefulSetSpec.podManagementPolicy': ['OrderedReady', 'Parallel'],
  'autoscaling.v2.MetricSpec.type': ['Object', 'Pods', 'Resource', 'ContainerResource', 'External'],
  'autoscaling.v2.MetricTarget.type': ['Utilization', 'Value', 'AverageValue'],
  'autoscaling.v2.HPAScalingPolicy.type': ['Pods', 'Percent'],
  'autoscaling.v2.HPAScalingRules.selectPolicy': ['Max', 'Min', 'Disabled'],
  'batch.v1.CronJobSpec.concurrencyPolicy': ['Allow', 'Forbid', 'Replace'],
  'batch.v1.JobSpec.completionMode': ['NonIndexed', 'Indexed'],
  'networking.v1.NetworkPolicyPort.protocol': PROTOCOLS,
  'networking.v1.HTTPIngressPath.pathType': ['Exact', 'Prefix', 'ImplementationSpecific'],
  'policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy': ['IfHealthyBudget', 'AlwaysAllow'],
  'rbac.v1.Subject.kind': ['User', 'Group', 'ServiceAccount'],
  'rbac.v1.RoleRef.kind': ['Role', 'ClusterRole'],
  'storage.v1.StorageClass.reclaimPolicy': ['Delete', 'Retain'],
  'storage.v1.StorageClass.volumeBindingMode': ['Immediate', 'WaitForFirstConsumer'],
  'scheduling.v1.PriorityClass.preemptionPolicy': ['PreemptLowerPriority', 'Never'],
};

/** Lists of strings whose items are one of a few. */
export const itemEnumerations: Readonly<Record<string, readonly string[]>> = {
  'networking.v1.NetworkPolicySpec.policyTypes': ['Ingress', 'Egress'],
  'core.v1.PersistentVolumeClaimSpec.accessModes': [
    'ReadWriteOnce',
    'ReadOnlyMany',
    'ReadWriteMany',
    'ReadWriteOncePod',
  ],
  'core.v1.ServiceSpec.ipFamilies': ['IPv4', 'IPv6'],
};

/** A quantity as k8s.io/apimachinery/pkg/api/resource parses it. */
export const QUANTITY_PATTERN = '^[+-]?(?:[0-9]+|[0-9]+\\.[0-9]*|\\.[0-9]+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$';

/**
 * Objects that the API server wants exactly one of some fields of. Source: as above, «must specify a handler type» and
 * its likes in pkg/apis/core/validation. `everyBut`: all fields but these.
 */
export const unions: Readonly<
  Record<string, { readonly of: readonly string[] } | { readonly everyBut: readonly string[] }>
> = {
  'core.v1.EnvFromSource': { of: ['configMapRef', 'secretRef'] },
  'core.v1.EnvVarSource': { everyBut: [] },
  'core.v1.LifecycleHandler': { everyBut: [] },
  'core.v1.Probe': { of: ['exec', 'grpc', 'httpGet', 'tcpSocket'] },
  'core.v1.Volume': { everyBut: ['name'] },
  'core.v1.VolumeProjection': { everyBut: [] },
};
