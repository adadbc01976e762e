/** What a new EKS cluster has before anything is applied (Kubernetes documentation; EKS user guide). */

export const BUILT_IN_NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const;

/** Kubernetes documentation, «Pod Priority and Preemption». */
export const BUILT_IN_PRIORITY_CLASSES: ReadonlySet<string> = new Set([
  'system-cluster-critical',
  'system-node-critical',
]);

/** Kubernetes documentation, «Default roles and role bindings»; `system:` roles are matched by their prefix. */
export const BUILT_IN_CLUSTER_ROLES: ReadonlySet<string> = new Set(['cluster-admin', 'admin', 'edit', 'view']);

/** Labels that the kubelet and the cloud controller put on every node (Kubernetes, «Well-Known Labels»). */
export const NODE_LABELS: ReadonlySet<string> = new Set([
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.k8s.aws/zone-id',
  'eks.amazonaws.com/capacityType',
  'eks.amazonaws.com/nodegroup',
]);

/** Kinds that have no namespace, of Kubernetes and of the operators whose schemas are pinned. */
export const CLUSTER_WIDE_KINDS: ReadonlySet<string> = new Set([
  'APIService',
  'CSIDriver',
  'ClusterAnalysisTemplate',
  'ClusterExternalSecret',
  'ClusterIssuer',
  'ClusterPolicy',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterSecretStore',
  'ClusterTriggerAuthentication',
  'CustomResourceDefinition',
  'EC2NodeClass',
  'GatewayClass',
  'GeneratingPolicy',
  'ImageValidatingPolicy',
  'IngressClass',
  'MutatingPolicy',
  'MutatingWebhookConfiguration',
  'Namespace',
  'NodePool',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingPolicy',
  'ValidatingWebhookConfiguration',
  'VolumeSnapshotClass',
]);
