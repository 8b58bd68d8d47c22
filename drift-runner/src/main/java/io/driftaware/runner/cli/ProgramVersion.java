package io.driftaware.runner.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
final class ProgramVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"drift-runner " + text()};
    }

    static String text() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(development)" : version;
    }
}
