// TLS servers on Java's JSSE, one for each section of a file: lines of "key=value", a blank line
// between sections. Values that hold several lines are in base64.
//
// Prints one line of JSON, {"name": "address:port"}, when all of them listen; answers every request
// with 200; ends when standard input does.

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

public final class Server {
  private record Credential(X509Certificate[] chain, PrivateKey key) {}

  /** Chooses by the name that the client asks for. */
  private static final class BySni extends X509ExtendedKeyManager {
    private final Map<String, Credential> credentials = new HashMap<>();

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      String asked = "";
      if (((SSLSocket) socket).getHandshakeSession() instanceof ExtendedSSLSession session) {
        for (SNIServerName name : session.getRequestedServerNames()) {
          asked = new String(name.getEncoded(), StandardCharsets.US_ASCII);
        }
      }
      String alias = credentials.containsKey(asked) ? asked : "";
      return credentials.get(alias).key().getAlgorithm().equals(keyType) ? alias : null;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return credentials.get(alias).chain();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return credentials.get(alias).key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return credentials.keySet().toArray(new String[0]);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return null;
    }
  }

  private static byte[] decoded(String value) {
    return Base64.getDecoder().decode(value);
  }

  private static List<X509Certificate> certificates(byte[] pem) throws Exception {
    List<X509Certificate> found = new ArrayList<>();
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    for (Certificate one : factory.generateCertificates(new ByteArrayInputStream(pem))) {
      found.add((X509Certificate) one);
    }
    return found;
  }

  private static Credential credential(String chain, String key) throws Exception {
    X509Certificate[] certificates = certificates(decoded(chain)).toArray(new X509Certificate[0]);
    String pem = new String(decoded(key), StandardCharsets.US_ASCII);
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
    String algorithm = certificates[0].getPublicKey().getAlgorithm();
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    return new Credential(certificates, factory.generatePrivate(new PKCS8EncodedKeySpec(der)));
  }

  private static TrustManager[] clientCas(String pem) throws Exception {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate one : certificates(decoded(pem))) {
      store.setCertificateEntry("ca" + store.size(), one);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static String[] list(String value) {
    return value.split(",");
  }

  private static SSLServerSocket listen(Map<String, String> options) throws Exception {
    BySni keys = new BySni();
    keys.credentials.put("", credential(options.get("chain"), options.get("key")));
    if (options.containsKey("sni")) {
      keys.credentials.put(
          options.get("sni"), credential(options.get("sni_chain"), options.get("sni_key")));
    }
    String clientCa = options.get("client_ca");
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {keys}, clientCa == null ? null : clientCas(clientCa), null);
    InetAddress address = InetAddress.getLoopbackAddress();
    SSLServerSocket socket =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 64, address);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(list(options.get("versions")));
    if (options.containsKey("ciphers")) parameters.setCipherSuites(list(options.get("ciphers")));
    if (options.containsKey("alpn")) parameters.setApplicationProtocols(list(options.get("alpn")));
    String mode = options.get("client_certificate");
    if (mode.equals("required")) parameters.setNeedClientAuth(true);
    if (mode.equals("optional")) parameters.setWantClientAuth(true);
    if (options.containsKey("only_sni")) {
      SNIMatcher matcher =
          SNIHostName.createSNIMatcher(options.get("only_sni").replace(".", "\\."));
      parameters.setSNIMatchers(List.of(matcher));
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static void answer(SSLSocket socket) {
    byte[] response =
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\njava\n".getBytes(StandardCharsets.US_ASCII);
    try (socket) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      InputStream in = socket.getInputStream();
      int last = 0;
      for (int next; (next = in.read()) >= 0; ) {
        last = last << 8 | next;
        if (last != 0x0d0a0d0a) continue; // the end of a request without a body
        socket.getOutputStream().write(response);
        socket.getOutputStream().flush();
      }
    } catch (Exception refused) {
      // The client is told by an alert; nobody else asks.
    }
  }

  private static void accept(SSLServerSocket listener) {
    while (true) {
      try {
        SSLSocket socket = (SSLSocket) listener.accept();
        start(() -> answer(socket));
      } catch (Exception closed) {
        return;
      }
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  public static void main(String[] arguments) throws Exception {
    List<String> addresses = new ArrayList<>();
    for (String section : Files.readString(Path.of(arguments[0])).strip().split("\n\n")) {
      Map<String, String> options = new HashMap<>();
      for (String line : section.split("\n")) {
        String[] parts = line.split("=", 2);
        options.put(parts[0], parts[1]);
      }
      SSLServerSocket listener = listen(options);
      addresses.add(
          String.format("\"%s\": \"127.0.0.1:%d\"", options.get("name"), listener.getLocalPort()));
      start(() -> accept(listener));
    }
    System.out.println("{" + String.join(", ", addresses) + "}");
    System.in.transferTo(java.io.OutputStream.nullOutputStream());
  }
}
