export { createKafkaAdmin, type KafkaAdmin, type Lag, type TopicSpecification } from './admin.ts';
export { type KafkaConnection, type KafkaEnvironment, kafkaConnection, kafkaEnvironment } from './connection.ts';
export { type Consumer, type ConsumerOptions, createConsumer } from './consumer.ts';
export type { Batch } from './feed.ts';
export type { PublishedRecord } from './open-batch.ts';
export {
  createProducer,
  type OutgoingMessage,
  type Producer,
  type ProducerOptions,
  type RecordPosition,
} from './producer.ts';
export { type IncomingMessage, type Position, partitionName, type TopicPartition } from './records.ts';
