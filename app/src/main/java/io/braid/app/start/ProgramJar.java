package io.braid.app.start;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Collects the program's classes in one jar from which the JVM can cache them: it caches no classes
 * from directories, and none whose format is older than Java 6, such as picocli's. The jar has such
 * classes in a newer format; their code is the same.
 */
public final class ProgramJar {
  /** The first format with stack maps, without which the JVM caches no class. */
  private static final int WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private static final int NEWER = ClassFile.JAVA_11_VERSION;

  private ProgramJar() {}

  /**
   * Writes the jar. The first argument is its path; the others are directories of classes, and jars
   * whose classes are converted.
   *
   * @throws IOException if something cannot be read or written, or two sources have the same file
   */
  public static void main(String[] args) throws IOException {
    List<Path> sources = Arrays.stream(args).skip(1).map(Path::of).toList();
    Map<String, byte[]> entries = new TreeMap<>();
    for (Path source : sources) {
      if (Files.isDirectory(source)) {
        addDirectory(source, entries);
      } else {
        addJar(source, entries);
      }
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      out.setLevel(0); // read at every start
      for (var entry : entries.entrySet()) {
        out.putNextEntry(new JarEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
  }

  private static void addDirectory(Path directory, Map<String, byte[]> entries) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      add(directory.relativize(file).toString(), Files.readAllBytes(file), entries);
    }
  }

  private static void addJar(Path jar, Map<String, byte[]> entries) throws IOException {
    try (JarFile in = new JarFile(jar.toFile());
        URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      ClassFile format =
          ClassFile.of(
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofClassLoading(classes)));
      for (JarEntry entry : in.stream().toList()) {
        String name = entry.getName();
        if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
          add(name, converted(format, in.getInputStream(entry).readAllBytes()), entries);
        }
      }
    }
  }

  private static void add(String name, byte[] content, Map<String, byte[]> entries)
      throws IOException {
    if (!name.equals("META-INF/MANIFEST.MF") && entries.putIfAbsent(name, content) != null) {
      throw new IOException("two sources have " + name);
    }
  }

  private static byte[] converted(ClassFile format, byte[] content) {
    ClassModel old = format.parse(content);
    if (old.majorVersion() >= WITH_STACK_MAPS) {
      return content;
    }
    ClassTransform newer =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(NEWER, 0);
          } else {
            builder.with(element);
          }
        };
    return format.transformClass(
        old, newer.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }
}
