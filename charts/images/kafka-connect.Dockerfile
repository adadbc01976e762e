# Strimzi's image of the Kafka that runs, with Debezium's connector for PostgreSQL (Apache-2.0) from Maven, by its checksum.
FROM docker.io/library/maven:3.9-eclipse-temurin-21 AS plugin
ARG VERSION=3.6.3.Final
ARG CHECKSUM=68dfbd3aa0e22cbc164017311449f69dfe6b96b70e72c72c7a3a24ef5c7810e0
WORKDIR /plugin
RUN mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
      -Dartifact=io.debezium:debezium-connector-postgres:${VERSION}:tar.gz:plugin -DoutputDirectory=. \
 && echo "${CHECKSUM}  debezium-connector-postgres-${VERSION}-plugin.tar.gz" | sha256sum -c - \
 && tar -xzf debezium-connector-postgres-${VERSION}-plugin.tar.gz

FROM quay.io/strimzi/kafka:1.2.0-kafka-4.3.1
COPY --from=plugin --chown=1001:0 /plugin/debezium-connector-postgres /opt/kafka/plugins/debezium-connector-postgres
USER 1001
