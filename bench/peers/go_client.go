// Handshakes of Go's crypto/tls as a client, for bench/loopback.py.
//
//	go_client CA 1.2|1.3 COUNT PORT...
//
// Chain and name are verified, nothing is resumed. Writes a line of JSON.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"syscall"
	"time"
)

const host = "web.example.com"

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "go_client:", err)
	os.Exit(1)
}

func handshake(config *tls.Config, address string) tls.ConnectionState {
	raw, err := net.Dial("tcp", address)
	if err != nil {
		fail(err)
	}
	conn := tls.Client(raw, config)
	if err := conn.Handshake(); err != nil {
		fail(err)
	}
	state := conn.ConnectionState()
	conn.Close()
	return state
}

func main() {
	if len(os.Args) < 5 {
		os.Exit(2)
	}
	pem, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	config := &tls.Config{ServerName: host, RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(pem)
	config.MinVersion = tls.VersionTLS13
	if os.Args[2] == "1.2" {
		config.MinVersion = tls.VersionTLS12
	}
	config.MaxVersion = config.MinVersion
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		fail(err)
	}
	addresses := os.Args[4:]
	for i := range addresses {
		addresses[i] = "127.0.0.1:" + addresses[i]
	}
	cpuBefore, began := cpuSeconds(), time.Now()
	var last tls.ConnectionState
	for i := 0; i < count; i++ {
		last = handshake(config, addresses[i%len(addresses)])
	}
	wall, cpu := time.Since(began).Seconds(), cpuSeconds()-cpuBefore
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"handshakes": count, "wall_s": wall, "cpu_s": cpu, "version": tls.VersionName(last.Version),
		"cipher": tls.CipherSuiteName(last.CipherSuite), "group": last.CurveID.String(),
	})
}
