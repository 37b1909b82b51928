// TLS servers on Go's crypto/tls, one for each entry of a JSON file.
//
// Prints one line of JSON, {"name": "address:port"}, when all of them listen; answers every request with 200; ends when
// standard input does.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

type pair struct{ Chain, Key string }

type server struct {
	Name             string
	Certificate      pair
	BySni            map[string]pair `json:"by_sni"`
	RejectUnknownSni bool            `json:"reject_unknown_sni"`
	Min              string          `json:"min_version"`
	Max              string          `json:"max_version"`
	Ciphers          []string
	Group            string
	Alpn             []string
	ClientMode       string `json:"client_certificate"`
	ClientCa         string `json:"client_ca"`
}

var versions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

var groups = map[string]tls.CurveID{"P-256": tls.CurveP256, "P-384": tls.CurveP384, "X25519": tls.X25519}

var modes = map[string]tls.ClientAuthType{
	"none": tls.NoClientCert, "optional": tls.VerifyClientCertIfGiven, "required": tls.RequireAndVerifyClientCert,
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func load(from pair) *tls.Certificate {
	certificate := must(tls.X509KeyPair([]byte(from.Chain), []byte(from.Key)))
	return &certificate
}

func configOf(one server) *tls.Config {
	config := &tls.Config{
		MinVersion: versions[one.Min],
		MaxVersion: versions[one.Max],
		NextProtos: one.Alpn,
		ClientAuth: modes[one.ClientMode],
	}
	if one.ClientCa != "" {
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM([]byte(one.ClientCa))
	}
	if one.Group != "" {
		config.CurvePreferences = []tls.CurveID{groups[one.Group]}
	}
	for _, suite := range tls.CipherSuites() {
		for _, name := range one.Ciphers {
			if suite.Name == name {
				config.CipherSuites = append(config.CipherSuites, suite.ID)
			}
		}
	}
	byDefault := load(one.Certificate)
	bySni := map[string]*tls.Certificate{}
	for name, from := range one.BySni {
		bySni[name] = load(from)
	}
	config.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if found := bySni[hello.ServerName]; found != nil {
			return found, nil
		}
		if one.RejectUnknownSni {
			return nil, nil // the alert unrecognized_name
		}
		return byDefault, nil
	}
	return config
}

// serve closes its half first and then reads on, so that no RST overtakes an alert.
func serve(plain net.Conn, config *tls.Config) {
	defer plain.Close()
	plain.SetDeadline(time.Now().Add(10 * time.Second))
	secure := tls.Server(plain, config)
	if secure.Handshake() == nil {
		reader := bufio.NewReader(secure)
		for {
			request, err := http.ReadRequest(reader)
			if err != nil {
				break
			}
			io.Copy(io.Discard, request.Body)
			fmt.Fprint(secure, "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ngo\n")
		}
		secure.CloseWrite()
	}
	plain.(*net.TCPConn).CloseWrite()
	plain.SetDeadline(time.Now().Add(time.Second))
	io.Copy(io.Discard, plain)
}

func main() {
	var all []server
	must(0, json.Unmarshal(must(os.ReadFile(os.Args[1])), &all))
	addresses := map[string]string{}
	for _, one := range all {
		listener := must(net.Listen("tcp", "127.0.0.1:0"))
		addresses[one.Name] = listener.Addr().String()
		config := configOf(one)
		go func() {
			for {
				go serve(must(listener.Accept()), config)
			}
		}()
	}
	fmt.Println(string(must(json.Marshal(addresses))))
	io.Copy(io.Discard, os.Stdin)
}
