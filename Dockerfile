# The monitor, and the generator of sample data. dev/image makes an image of the same files without a daemon.
# No cache mounts: Railway's builder refuses those that are not named after one service, and older builders all of them.

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q --no-transfer-progress -DskipTests -pl drift-runner,examples/sample-data -am package \
    && deploy/container/make-rootfs /rootfs

FROM debian:12-slim
LABEL org.opencontainers.image.title="Drift-Aware monitor" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /rootfs/opt /opt
# A number, so that Kubernetes can see that it is not root.
USER 65532:65532
WORKDIR /tmp
EXPOSE 8000
# Dead or alive; whether the checks succeed is /readyz, which no restart mends.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["/opt/java/bin/java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", "/opt/drift/drift-runner.jar", "health", "livez"]
ENTRYPOINT ["/opt/java/bin/java", "@/opt/drift/jvm.options", "-jar", "/opt/drift/drift-runner.jar"]
# Creates the schema or brings it up to date first; `run` alone leaves it as it is and needs no right to create tables.
CMD ["run", "--init-db"]
