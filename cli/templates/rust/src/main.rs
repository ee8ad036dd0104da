//! A small HTTP server on the standard library alone. For more than this, take a framework: axum, actix-web, …

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;
use std::{env, thread};

/// The most bytes that a request line may have.
const MAX_LINE: u64 = 8 * 1024;

fn main() -> io::Result<()> {
    let port = env::var("PORT").unwrap_or_else(|_| "8080".to_string());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}"))?;
    println!("listening on {port}");
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || {
            if let Err(error) = serve(stream) {
                eprintln!("a connection ended: {error}");
            }
        });
    }
    Ok(())
}

/// Answers one request, and closes the connection.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = String::new();
    reader.by_ref().take(MAX_LINE).read_line(&mut request)?;
    // The headers are read to their end: a connection that is closed before would be reset.
    let mut line = String::new();
    while reader.by_ref().take(MAX_LINE).read_line(&mut line)? > 2 {
        line.clear();
    }
    stream.write_all(answer(&request).as_bytes())
}

/// The whole answer to a request line, such as `GET / HTTP/1.1`.
fn answer(request: &str) -> String {
    let path = request.split_whitespace().nth(1).unwrap_or("");
    let (status, body) = match path.split('?').next() {
        Some("/") => ("200 OK", "Hello from Rust\n"),
        _ => ("404 Not Found", "not found\n"),
    };
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn says_hello() {
        assert!(answer("GET / HTTP/1.1\r\n").starts_with("HTTP/1.1 200 OK"));
        assert!(answer("GET /?name=you HTTP/1.1\r\n").ends_with("Hello from Rust\n"));
    }

    #[test]
    fn has_nothing_else() {
        assert!(answer("GET /other HTTP/1.1\r\n").starts_with("HTTP/1.1 404"));
        assert!(answer("").starts_with("HTTP/1.1 404"));
    }
}
