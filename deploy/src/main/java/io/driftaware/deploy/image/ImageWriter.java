package io.driftaware.deploy.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes an image of a root file system as a tar that {@code docker load}, {@code podman load} and {@code ctr images
 * import} read; without a daemon, a registry or a base image. The same files give the same bytes. Called by dev/image.
 */
public final class ImageWriter {
    private static final Instant LONG_AGO = Instant.ofEpochSecond(1);
    private static final List<String> LAYERS = List.of("opt/java", "opt/drift");
    private static final List<String> ENTRYPOINT =
            List.of("/opt/java/bin/java", "@/opt/drift/jvm.options", "-jar", "/opt/drift/drift-runner.jar");

    private ImageWriter() {}

    /**
     * Writes the image and prints its name and its digests.
     *
     * @param arguments root folder, name such as {@code drift-aware-monitor:0.1.0}, architecture as images name it
     *     ({@code amd64}, {@code arm64}), tar file
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 4) {
            System.err.println("ImageWriter ROOT NAME:VERSION ARCHITECTURE FILE.tar");
            System.exit(2);
        }
        write(Path.of(arguments[0]), arguments[1], arguments[2], Path.of(arguments[3]));
    }

    static void write(Path root, String name, String architecture, Path tar) throws Exception {
        JibContainerBuilder image = Jib.fromScratch()
                .setFormat(ImageFormat.Docker)
                .setPlatforms(Set.of(new Platform(architecture, "linux")))
                .setCreationTime(Instant.EPOCH)
                .setEntrypoint(ENTRYPOINT)
                .setProgramArguments("run", "--init-db")
                .setUser("65532:65532")
                .setWorkingDirectory(AbsoluteUnixPath.get("/tmp"))
                .setExposedPorts(Port.tcp(8000))
                .setLabels(Map.of(
                        "org.opencontainers.image.title", "Drift-Aware monitor",
                        "org.opencontainers.image.licenses", "MIT"));
        image.addFileEntriesLayer(layer(root, "system", LAYERS));
        for (String folder : LAYERS) {
            image.addFileEntriesLayer(layer(root.resolve(folder), root, folder, List.of()));
        }
        Path cache = Files.createTempDirectory("image");
        try {
            JibContainer written =
                    image.containerize(Containerizer.to(TarImage.at(tar).named(name))
                            .setOfflineMode(true)
                            .setToolName("drift-aware")
                            .setBaseImageLayersCache(cache)
                            .setApplicationLayersCache(cache));
            System.out.println(
                    name + " in " + tar + ", " + Files.size(tar) / 1_000_000 + " MB, image id " + written.getImageId());
        } finally {
            delete(cache);
        }
    }

    private static FileEntriesLayer layer(Path root, String name, List<String> without) throws IOException {
        return layer(root, root, name, without);
    }

    /** The files below a folder, at the places that they have in the root folder. */
    private static FileEntriesLayer layer(Path folder, Path root, String name, List<String> without)
            throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> !file.equals(root))
                    .filter(file -> without.stream().noneMatch(other -> file.startsWith(root.resolve(other))))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            AbsoluteUnixPath place =
                    AbsoluteUnixPath.get("/" + root.relativize(file).toString().replace('\\', '/'));
            FilePermissions permissions = FilePermissions.fromPosixFilePermissions(Files.getPosixFilePermissions(file));
            layer.addEntry(file.toRealPath(), place, permissions, LONG_AGO);
        }
        return layer.build();
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
