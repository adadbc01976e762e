import { ApacheKafka, apacheKafkaVersion, reasonToSkip } from '#tests/support/apache-kafka.ts';
import type { Target } from './target.ts';

export const apacheKafka: Target = {
  name: `Apache Kafka ${apacheKafkaVersion}`,
  reasonToSkip: reasonToSkip(),
  start: async () => {
    const kafka = await ApacheKafka.start();
    return {
      port: kafka.port,
      restart: async (signal) => {
        await kafka.end(signal);
        await kafka.startAgain();
      },
      remove: () => kafka.remove(),
    };
  },
};
