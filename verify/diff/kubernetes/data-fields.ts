import {
  becomes,
  changed,
  changedOrLost,
  leaves,
  lost,
  lowered,
  newerVersion,
  olderVersion,
  raised,
  shrunk,
} from '../comparisons.ts';
import type { FieldRow } from '../rows.ts';
import { DOWNGRADE, FEWER, LOSS, OPENED, REPLACED, RESTART } from './hazards.ts';

const KAFKA = 'kafka.strimzi.io Kafka';
const POOL = 'kafka.strimzi.io KafkaNodePool';
const TOPIC = 'kafka.strimzi.io KafkaTopic';
const POSTGRES = 'postgresql.cnpg.io Cluster';

/** Fields of what holds data. */
export const dataRows: readonly FieldRow[] = [
  {
    subject: KAFKA,
    path: 'spec.kafka.version',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'Brokers go back to an older release',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.version',
    when: newerVersion,
    ...RESTART,
    says: 'Brokers restart for the upgrade',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.metadataVersion',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'Metadata of a newer format cannot be read',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.config',
    when: changed,
    ...RESTART,
    says: 'Brokers may restart, one after the other',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.authorization',
    when: changedOrLost,
    ...OPENED,
    says: 'Who may do what in Kafka is decided otherwise',
  },
  {
    subject: KAFKA,
    path: 'spec.kafka.listeners',
    when: changed,
    ...RESTART,
    says: 'Brokers restart, and clients connect anew',
  },
  { subject: POOL, path: 'spec.replicas', when: lowered, ...FEWER, says: 'Brokers or controllers leave' },
  { subject: POOL, path: 'spec.resources', when: changed, ...RESTART, says: 'Its pods restart, one after the other' },
  { subject: POOL, path: 'spec.template', when: changed, ...RESTART, says: 'Its pods restart, one after the other' },
  {
    subject: TOPIC,
    path: 'spec.partitions',
    when: lowered,
    ...LOSS,
    says: 'Kafka cannot drop partitions; a new topic is empty',
  },
  {
    subject: TOPIC,
    path: 'spec.partitions',
    when: raised,
    class: 'disruptive',
    hazard: 'replacement',
    says: 'Keys move to other partitions, so order is lost once',
  },
  { subject: TOPIC, path: 'spec.replicas', when: lowered, ...FEWER, says: 'Fewer copies of each record' },
  { subject: POSTGRES, path: 'spec.instances', when: lowered, ...FEWER, says: 'Standbys are deleted' },
  {
    subject: POSTGRES,
    path: 'spec.imageName',
    when: olderVersion,
    ...DOWNGRADE,
    says: 'No engine reads the files of a newer one',
  },
  {
    subject: POSTGRES,
    path: 'spec.imageName',
    when: newerVersion,
    ...RESTART,
    says: 'The database restarts for the upgrade',
  },
  {
    subject: POSTGRES,
    path: 'spec.storage.size',
    when: shrunk,
    ...LOSS,
    says: 'A volume cannot shrink; a new one is empty',
  },
  { subject: POSTGRES, path: 'spec.backup', when: lost, ...LOSS, says: 'Nothing is backed up any more' },
  {
    subject: ' PersistentVolumeClaim',
    path: 'spec.resources.requests.storage',
    when: shrunk,
    ...LOSS,
    says: 'A volume cannot shrink; a new one is empty',
  },
  {
    subject: ' PersistentVolumeClaim',
    path: 'spec.storageClassName',
    when: changed,
    ...LOSS,
    says: 'A volume cannot change its class; a new one is empty',
  },
  {
    subject: 'apps StatefulSet',
    path: 'spec.volumeClaimTemplates',
    when: changed,
    ...LOSS,
    says: 'Claims cannot change; the set is made anew',
  },
  {
    subject: 'storage.k8s.io StorageClass',
    path: 'reclaimPolicy',
    when: leaves('Retain'),
    ...LOSS,
    says: 'Disks go with their claims',
  },
  {
    subject: 'storage.k8s.io StorageClass',
    path: 'parameters',
    when: changed,
    ...REPLACED,
    says: 'A class cannot change; it is made anew, for new disks only',
  },
  {
    subject: 'external-secrets.io ExternalSecret',
    path: 'spec.target.deletionPolicy',
    when: becomes('Delete'),
    class: 'disruptive',
    hazard: 'access lost',
    says: 'The secret goes when AWS has it no more',
  },
];
